"""Which command names may be a `process` label: a bounded, sticky set per owner."""

from __future__ import annotations

OTHER = "other"
MAX_NAME_BYTES = 32
MAX_PER_CONTAINER = 16
MAX_PER_HOST = 64


class Commands:
    """Admission of command names (design §4).

    The first 16 commands of a container and the first 64 of a host are admitted and stay so
    while their owner lives; later ones are `other`, so that a machine that runs thousands of
    differently named programs cannot make thousands of series. Used from the collector thread.
    """

    def __init__(self) -> None:
        self._admitted: dict[str, dict[str, str]] = {}

    def admit(self, owner: str, comm: str) -> str:
        """The label for command `comm` (as the kernel names it) of the node `owner`.

        Names are cut at 32 bytes of UTF-8; an empty name is `other`.
        """
        names = self._admitted.get(owner)
        if names is None:
            names = self._admitted[owner] = {}
        label = names.get(comm)
        if label is not None:
            return label
        limit = MAX_PER_HOST if owner.startswith("host:") else MAX_PER_CONTAINER
        label = _cut(comm)
        if not label or (label not in names.values() and len(names) >= limit):
            return OTHER
        if len(names) < limit:
            names[comm] = label
        return label

    def forget(self, owner: str) -> None:
        """The owner is gone: its names are free."""
        self._admitted.pop(owner, None)


def _cut(name: str) -> str:
    try:
        raw = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = name.encode("utf-8", "surrogatepass")
    # bytes that are not UTF-8 stay distinguishable
    return raw[:MAX_NAME_BYTES].decode("utf-8", "backslashreplace").strip()
