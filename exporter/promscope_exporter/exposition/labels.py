"""Container labels → metric labels (`label_…`), by an allow-list, without collisions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping

_FORBIDDEN = re.compile(r"[^A-Za-z0-9_]", re.ASCII)


class AllowList:
    """Which container labels become metric labels: exact names, or a beginning and `*`."""

    def __init__(self, patterns: Collection[str]) -> None:
        self._exact = frozenset(one for one in patterns if not one.endswith("*"))
        self._beginnings = tuple(one[:-1] for one in patterns if one.endswith("*"))

    def pick(self, labels: Mapping[str, str]) -> dict[str, str]:
        """Metric labels in the order of their names.

        Every character that a label name cannot have becomes `_`. Where two labels become one
        name, each gets a short hash of its own name behind it, so neither hides the other.
        The prefix `label_` keeps every name clear of reserved ones (`__name__`, `le`, `job`);
        the empty name is refused.
        """
        chosen = {
            name: "label_" + _FORBIDDEN.sub("_", name)
            for name in sorted(labels)
            if name and (name in self._exact or name.startswith(self._beginnings))
        }
        mangled = list(chosen.values())
        return {
            target if mangled.count(target) == 1 else f"{target}_{_hash(name)}": labels[name]
            for name, target in chosen.items()
        }


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
