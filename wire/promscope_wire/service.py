"""The command line that both services have: their settings, `check-config` and exit codes."""

from __future__ import annotations

import argparse
import platform
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, NoReturn, Protocol, TypeVar

from promscope_wire import allocator
from promscope_wire import log as logs
from promscope_wire.options import InvalidOption, Option, Resolved, add_flags, resolve


class Logging(Protocol):
    """What every service's settings say of its log."""

    @property
    def log_format(self) -> str: ...

    @property
    def log_level(self) -> str: ...


_NO_VALUE = re.compile(r"argument (--\S+?)/(--no-\S+): ignored explicit argument")


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; argparse would print every flag before it."""

    def error(self, message: str) -> NoReturn:
        import difflib  # noqa: PLC0415 - memory that only a wrong flag pays

        _, found, rest = message.partition("unrecognized arguments: ")
        if found:
            unknown = rest.split(" ")[0]
            flags = [flag for action in self._actions for flag in action.option_strings]
            near = difflib.get_close_matches(unknown.partition("=")[0], flags, 1)
            meant = f"; did you mean {near[0]}?" if near else ""
            message = f"unknown argument {unknown[:80]}{meant}"
        switch = _NO_VALUE.match(message)
        if switch:
            message = f"{switch[1]} takes no value; write {switch[1]} or {switch[2]}"
        self.exit(2, f"{self.prog}: {message} (--help lists all flags)\n")


Chosen = TypeVar("Chosen", bound=Logging)


@dataclass(frozen=True, slots=True)
class Service(Generic[Chosen]):
    """A program that runs until SIGTERM or SIGINT.

    `settings` makes its typed settings (raises InvalidOption), `run` runs it with them, and
    `refusals` are the errors of `run` whose message tells the user why it cannot start.
    """

    name: str
    version: str
    description: str
    options: Sequence[Option]
    settings: Callable[[Resolved], Chosen]
    run: Callable[[Chosen], None]
    refusals: tuple[type[Exception], ...]

    def main(self, arguments: Sequence[str] | None = None) -> int:
        """The exit code: 0 ended as asked, 1 could not start, 2 settings that cannot be used."""
        flags = vars(self._parser().parse_args(arguments))
        try:
            resolved = resolve(self.options, flags)
            chosen = self.settings(resolved)
        except InvalidOption as error:
            return self._refuse(error, 2)
        if flags["command"] == "check-config":
            print(resolved.dump(), end="")
            return 0
        logs.configure(chosen.log_format, chosen.log_level)
        allocator.keep_little()
        try:
            self.run(chosen)
        except self.refusals as error:
            return self._refuse(error, 1)
        return 0

    def _parser(self) -> argparse.ArgumentParser:
        parser = _Parser(
            self.name,
            allow_abbrev=False,
            description=self.description,
            epilog="Each setting may also be a PROMSCOPE_* variable or stand in --config.file.",
        )
        parser.add_argument(
            "command",
            nargs="?",
            choices=("check-config",),
            help="print the merged settings and end",
        )
        version = f"{self.name} {self.version} (Python {platform.python_version()})"
        parser.add_argument("--version", action="version", version=version)
        add_flags(parser, self.options)
        return parser

    def _refuse(self, error: Exception, code: int) -> int:
        print(f"{self.name}: {error}", file=sys.stderr)
        return code
