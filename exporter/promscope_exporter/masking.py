"""Secrets in command lines, labels and descriptions, masked before they leave the probe."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

MASK = "***"
#: A longer text is cut first: what looks for secrets takes time by the square of its length.
MAX_TEXT = 1024
MAX_LINE = 4096

_SENSITIVE = (
    r"(?:pass(?:word|wd|phrase|code)?|pwd|secrets?|token|credentials?|authorization"
    r"|(?:api|access|private|secret|auth|encryption|account|master)[-_.]?key)"
)
_NAMED = re.compile(
    rf"(?i)((?:^|.*?[^a-z]|.*?(?=password|passwd|passphrase|secret|token)){_SENSITIVE}"
    r"(?:[-_.][a-z0-9_.-]*)?\s*[=:]\s*)(.+)",
    re.DOTALL,
)
_INSIDE = re.compile(rf"(?i)(\s--?(?:[a-z0-9]+[-_.])*{_SENSITIVE}\s+)(?!-)\S+")
_OPTION = re.compile(rf"(?i)--?(?:[a-z0-9]+[-_.])*{_SENSITIVE}(?:[-_.](?!file|path)[a-z0-9]+)*")
_NAME = re.compile(rf"(?i)(?:.*[^a-z])?{_SENSITIVE}(?:[-_.](?!file|path)[a-z0-9]+)*")
_FILE = re.compile(r"(?i)[-_.](?:file|path)\s*[=:]")
_USERINFO = re.compile(r"(?<=://)([^/\s:@]*):[^/\s@]+@")
_QUERY = re.compile(rf"(?i)([?&;](?:[a-z0-9]+[-_.])*{_SENSITIVE}=)[^&;\s]+")
_KNOWN = re.compile(
    r"\b(?:(?:AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{20,}|xox[abprs]-[A-Za-z0-9-]{10,}"
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*)"
)
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+\S+")
#: Programs whose short option takes a secret, joined to it or as the next argument.
_SHORT_OPTIONS = {
    "mysql": "-p",
    "mysqldump": "-p",
    "mysqladmin": "-p",
    "mariadb": "-p",
    "sshpass": "-p",
    "redis-cli": "-a",
    "curl": "-u",
    "mongosh": "-p",
    "mongo": "-p",
}
#: The same inside of one argument, as a shell is given them.
_SHORT_INSIDE = re.compile(
    "(" + "|".join(
        rf"\b{program}\b[^|;&]*?\s{option}\s*" for program, option in _SHORT_OPTIONS.items()
    ) + r")\S+"
)  # fmt: skip


def command_line(arguments: Sequence[str]) -> str:
    """The arguments in one line, without the secrets that can be told by their shape: values
    of options and settings named like one, user information of URLs, known kinds of keys.

    Arguments over `MAX_TEXT` and lines over `MAX_LINE` are cut.
    """
    kept, room = [], MAX_LINE
    for argument in arguments:
        kept.append(argument[:room])
        room -= len(argument) + 1
        if room <= 0:
            break
    return " ".join(_masked(kept, _short_option(kept[:1])))[:MAX_LINE]


def environment(settings: Iterable[str]) -> dict[str, str]:
    """`NAME=value` settings by name; no value is told, only whether there is one."""
    pairs = (setting.partition("=") for setting in settings)
    return {name: MASK if value else "" for name, _, value in pairs}


def values(named: Mapping[str, str]) -> dict[str, str]:
    """Labels and annotations: those named like a secret without their value, the others without
    what has the shape of one."""
    return {name: MASK if _is_secret(name) and value else _mask(value)
            for name, value in named.items()}  # fmt: skip


def document(found: Any, name: str = "") -> Any:
    """An engine's description of a container, of any shape, without secrets: no value of the
    environment, no value of a key named like one, and lists of arguments as `command_line` has
    them."""
    if isinstance(found, dict):
        told = {key: document(value, key) for key, value in found.items()}
        path, arguments = found.get("Path"), told.get("Args")
        if isinstance(path, str) and isinstance(arguments, list):
            # the program and its arguments are apart here
            told["Args"] = list(_masked(map(str, arguments), _short_option([path])))
        return told
    if isinstance(found, list):
        if name == "Env":
            settings = environment(one for one in found if isinstance(one, str))
            return [f"{key}={value}" for key, value in settings.items()]
        if all(isinstance(one, str) for one in found):
            return list(_masked(found, _short_option(found)))
        return [document(one, name) for one in found]
    if isinstance(found, str):
        return MASK if found and _is_secret(name) else _mask(found)
    return found


def _short_option(words: Iterable[str]) -> str:
    """Of the first program among the words that has one."""
    known = (_SHORT_OPTIONS.get(word.rpartition("/")[2], "") for word in words)
    return next(filter(None, known), "")


def _is_secret(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and not _FILE.search(name + "=")


def _masked(arguments: Iterable[str], short: str) -> Iterable[str]:
    hide_next = False
    for argument in arguments:
        if hide_next and not argument.startswith("--"):
            hide_next = False
            yield MASK
            continue
        hide_next = bool(_OPTION.fullmatch(argument)) or (bool(short) and argument == short)
        if short and argument.startswith(short) and len(argument) > len(short):
            yield short + MASK
        else:
            yield _mask(argument)


def _mask(argument: str) -> str:
    if len(argument) > MAX_TEXT:
        argument = argument[: MAX_TEXT - 1] + "…"
    masked = _USERINFO.sub(rf"\1:{MASK}@", argument)
    masked = _QUERY.sub(rf"\1{MASK}", masked)
    masked = _BEARER.sub(rf"\1 {MASK}", masked)
    masked = _SHORT_INSIDE.sub(rf"\1{MASK}", masked)
    masked = _INSIDE.sub(rf"\1{MASK}", masked)
    masked = _KNOWN.sub(MASK, masked)
    named = _NAMED.fullmatch(masked)
    if named and "://" not in named[1] and not _FILE.search(named[1]):
        return named[1] + MASK
    return masked
