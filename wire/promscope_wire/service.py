"""The command line that both services have: their settings, `check-config` and exit codes."""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from promscope_wire import log as logs
from promscope_wire.options import InvalidOption, Option, Resolved, add_flags, resolve


class Logging(Protocol):
    """What every service's settings say of its log."""

    @property
    def log_format(self) -> str: ...

    @property
    def log_level(self) -> str: ...


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
        try:
            self.run(chosen)
        except self.refusals as error:
            return self._refuse(error, 1)
        return 0

    def _parser(self) -> argparse.ArgumentParser:
        parser = argparse.ArgumentParser(
            self.name,
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
