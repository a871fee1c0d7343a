"""Declared options, resolved in one order: flag > `PROMSCOPE_*` variable > YAML file > default.

A program declares `Option`s; everything else (the parser, its help, `check config`, the
documentation) follows from the declaration.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_TRUE = frozenset(("true", "yes", "on", "1"))
_FALSE = frozenset(("false", "no", "off", "0"))


class InvalidOption(ValueError):
    """A setting cannot be used; the message names it, where it came from and the remedy."""


def boolean(text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ValueError("write true or false")


@dataclass(frozen=True, slots=True)
class Option:
    """One setting. `parse` turns text into the value and raises ValueError with the remedy.

    A `repeated` option collects a tuple; in a variable its items are separated by commas, in
    YAML they are a list (one alone may stand for itself). A boolean flag may be given alone
    and has a `--no-` form.
    """

    flag: str
    default: Any
    help: str
    parse: Callable[[str], Any] = str
    choices: tuple[str, ...] = ()
    repeated: bool = False
    secret: bool = False

    @property
    def key(self) -> str:
        """The name in the YAML file and in the resolved settings."""
        return self.flag

    @property
    def variable(self) -> str:
        return "PROMSCOPE_" + self.flag.upper().replace(".", "_").replace("-", "_")


@dataclass(frozen=True, slots=True)
class Resolved:
    """The merged settings: values by key, and where each came from."""

    values: Mapping[str, Any]
    origins: Mapping[str, str]
    options: Sequence[Option] = field(default=())

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def dump(self) -> str:
        """YAML of the merged result with secrets hidden, as `check config` prints it."""
        lines = []
        for option in self.options:
            value = self.values[option.key]
            shown: Any = list(value) if option.repeated else value
            if option.secret and value:
                shown = "<hidden>"
            text = yaml.safe_dump(shown, default_flow_style=True, width=10**6)
            lines.append(f"{option.key}: {text.splitlines()[0]}  # {self.origins[option.key]}")
        return "\n".join(lines) + "\n"


def add_flags(parser: argparse.ArgumentParser, options: Sequence[Option]) -> None:
    """Declare every option, and `--config.file`, as flags that are None unless given."""
    parser.add_argument(
        "--config.file",
        dest="config.file",
        metavar="FILE",
        help="YAML file with any of these settings, by their flag's name",
    )
    for option in options:
        shown = ",".join(map(str, option.default)) if option.repeated else option.default
        text = f"{option.help} (default: {shown})".replace("%", "%%")
        if option.parse is boolean:
            parser.add_argument(
                f"--{option.flag}",
                dest=option.key,
                default=None,
                help=text,
                action=argparse.BooleanOptionalAction,
            )
            continue
        parser.add_argument(
            f"--{option.flag}",
            dest=option.key,
            default=None,
            help=text,
            action="append" if option.repeated else "store",
            metavar="|".join(option.choices) or None,
        )


def resolve(
    options: Sequence[Option], flags: Mapping[str, Any], environment: Mapping[str, str] = os.environ
) -> Resolved:
    """Merge the layers. Raises InvalidOption for the first setting that cannot be used."""
    path = flags.get("config.file") or environment.get("PROMSCOPE_CONFIG_FILE")
    file = _read(Path(path)) if path else {}
    unknown = sorted(set(file) - {option.key for option in options})
    if unknown:
        raise InvalidOption(f"{path}: unknown setting {unknown[0]!r}; --help lists them all")
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for option in options:
        raw, origin = option.default, "default"
        if flags.get(option.key) is not None:
            raw, origin = flags[option.key], f"flag --{option.flag}"
        elif option.variable in environment:
            raw, origin = environment[option.variable], f"variable {option.variable}"
            if option.repeated:
                raw = [item.strip() for item in raw.split(",") if item.strip()]
        elif option.key in file:
            raw, origin = file[option.key], f"file {path}"
        values[option.key] = raw if origin == "default" else _value(option, raw, origin)
        origins[option.key] = origin
    return Resolved(values, origins, options)


def _value(option: Option, raw: Any, origin: str) -> Any:
    if option.repeated:
        if isinstance(raw, str):
            raw = [raw]
        if not isinstance(raw, list):
            raise InvalidOption(f"{origin}: {option.key} is a list")
        return tuple(item for one in raw for item in _items(option, one, origin))
    return _one(option, raw, origin)


def _items(option: Option, raw: Any, origin: str) -> list[Any]:
    """A repeated flag may also hold several items separated by commas."""
    return [_one(option, item.strip(), origin) for item in str(raw).split(",") if item.strip()]


def _one(option: Option, raw: Any, origin: str) -> Any:
    if isinstance(raw, bool):
        raw = str(raw).lower()
    if not isinstance(raw, (str, int, float)):
        raise InvalidOption(f"{origin}: {option.key} is one value, not {type(raw).__name__}")
    text = str(raw)
    if option.choices and text not in option.choices:
        raise InvalidOption(
            f"{origin}: {option.key} is one of {', '.join(option.choices)}, not {text[:80]!r}"
        )
    try:
        return option.parse(text)
    except ValueError as error:
        place = origin if origin.endswith(option.flag) else f"{origin}: {option.key}"
        raise InvalidOption(f"{place}: {error} (got {text[:80]!r})") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text())
    except OSError as error:
        why = error.strerror or str(error)
        raise InvalidOption(f"cannot read {path}: {why} (--config.file)") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        text = " ".join(str(error).split())
        raise InvalidOption(f"cannot read {path}: it is no YAML: {text}") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise InvalidOption(f"{path}: a mapping of setting to value is wanted")
    return content
