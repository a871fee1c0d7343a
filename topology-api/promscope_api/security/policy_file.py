"""Roles of one's own: the YAML file of `--auth.policy-file`.

roles:
  shop-operator:
    - permissions: [view, processes]
    - permissions: [lifecycle]
      selector: com.docker.compose.project=shop
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from promscope_api.security.policy import OF_NODES, PERMISSIONS, ROLES, Policy, Rule
from promscope_api.security.selector import Selector

_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")


class UnusablePolicy(Exception):
    """The file cannot be used; the text says where it is wrong."""


class _Rule(msgspec.Struct, forbid_unknown_fields=True):
    permissions: tuple[str, ...]
    selector: str = ""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    roles: dict[str, tuple[_Rule, ...]]


def load(path: str | Path) -> Policy:
    """The policy of a file; "": the built-in roles alone. Raises UnusablePolicy."""
    if not str(path):
        return Policy()
    try:
        file = msgspec.yaml.decode(Path(path).read_bytes(), type=_File)
        return Policy({name: _rules(name, rules) for name, rules in file.roles.items()})
    except OSError as error:
        raise UnusablePolicy(f"cannot read the policy {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise UnusablePolicy(f"the policy {path} cannot be used: {error}") from error


def _rules(name: str, rules: tuple[_Rule, ...]) -> tuple[Rule, ...]:
    """Raises ValueError."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name[:40]!r} is no name for a role: lower-case letters, digits and -")
    if name in ROLES:
        raise ValueError(f"the role {name} is built in: give yours another name")
    return tuple(_rule(name, rule) for rule in rules)


def _rule(name: str, rule: _Rule) -> Rule:
    unknown = [one for one in rule.permissions if one not in PERMISSIONS]
    if unknown:
        raise ValueError(
            f"role {name}: there is no permission {unknown[0][:40]!r}; there are"
            f" {', '.join(PERMISSIONS)}"
        )
    if not rule.selector:
        return Rule(frozenset(rule.permissions))
    wide = [one for one in rule.permissions if one not in OF_NODES]
    if wide:
        raise ValueError(f"role {name}: {wide[0]} is of no node, so no selector can limit it")
    return Rule(frozenset(rule.permissions), Selector(rule.selector))
