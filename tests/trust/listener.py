"""A listener of the tunnels that remembers what it was told."""

from __future__ import annotations

from promscope_wire.frames import Change, Heartbeat, Hello, Inventory


class Recorder:
    """`told`: (what, host id, detail) in order."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, object]] = []

    def connected(self, hello: Hello) -> None:
        self.told.append(("connected", hello.host_id, hello))

    def inventory(self, host_id: str, frame: Inventory) -> None:
        self.told.append(("inventory", host_id, frame))

    def change(self, host_id: str, frame: Change) -> None:
        self.told.append(("change", host_id, frame))

    def heartbeat(self, host_id: str, frame: Heartbeat, skew_seconds: float) -> None:
        self.told.append(("heartbeat", host_id, skew_seconds))

    def lost(self, host_id: str) -> None:
        self.told.append(("lost", host_id, None))

    def words(self) -> list[str]:
        return [what for what, _, _ in self.told if what != "heartbeat"]
