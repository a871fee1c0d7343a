"""Tunnel frames: what the probe and the API say to each other, sans I/O.

One WebSocket, dialled by the probe to `/api/v1/tunnel`, carries one JSON object per text
message; its `type` names the frame. Bytes of streams (`streams.py`) go in binary messages. The
probe opens with `Hello`, the API answers `Welcome`, the probe sends its full `Inventory`, and from
then on both sides speak as they have reason to.
A frame of an unknown type is ignored by the receiver (a newer peer), a malformed one ends the
connection.

The overlay rule (design §1): the probe numbers its inventory changes with `epoch` (one per
start of the probe) and `sequence` (from 1, by one per change). Every scrape carries the
sequence it has reached, so a receiver knows which changes a scrape has not seen yet.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

# ruff: noqa: PLC0414  (they are of this module too)
from promscope_wire.files import FileChange
from promscope_wire.problem import Count as Count
from promscope_wire.problem import InvalidFrame as InvalidFrame
from promscope_wire.problem import Problem as Problem
from promscope_wire.problem import Whole as Whole
from promscope_wire.streams import Credit, End, Open, Opened, Resize

PROTOCOL = 1
MAX_FRAME_BYTES = 8 * 1024 * 1024

#: The lifecycle actions a probe carries out, and what a `--control` setting may name.
LIFECYCLE_ACTIONS = (
    "start", "stop", "pause", "unpause", "restart", "kill", "rename", "remove",
)  # fmt: skip
#: All that is done to a container; `update` is a group of controls of its own.
ACTIONS = (*LIFECYCLE_ACTIONS, "update")
CONTROL_GROUPS = ("lifecycle", "logs", "exec", "files", "update")
#: The kinds of streams; each is a group of controls of its own.
STREAM_KINDS = ("logs", "exec", "files")


class Port(msgspec.Struct, frozen=True, omit_defaults=True):
    """A published or exposed port of a container; `host_port` 0: exposed only."""

    port: Count
    protocol: str
    host_ip: str = ""
    host_port: Count = 0


class Mount(msgspec.Struct, frozen=True, omit_defaults=True):
    """`source`: the folder on the host; `name`: that of a volume."""

    kind: str
    source: str
    destination: str
    read_only: bool = False
    name: str = ""


class Network(msgspec.Struct, frozen=True, omit_defaults=True):
    name: str
    addresses: tuple[str, ...] = ()
    mac: str = ""


class ContainerRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything descriptive about one container; sent once per change.

    Times are Unix seconds (0: not known or not yet). Limits are None where there is none.
    Environment values are masked by the probe: they never leave it in clear here.
    `annotations` are those of the OCI runtime; `layer` is the folder on the host that holds what
    the container wrote outside of its mounts.
    """

    node: str
    id: str
    name: str
    image: str
    image_id: str
    state: str
    created: float = 0.0
    started: float = 0.0
    finished: float = 0.0
    exit_code: Whole | None = None
    health: str = ""
    runtime: str = ""
    pid: Count = 0
    network_mode: str = ""
    restart_policy: str = ""
    restarts: Count = 0
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    environment: dict[str, str] = {}
    ports: tuple[Port, ...] = ()
    mounts: tuple[Mount, ...] = ()
    networks: tuple[Network, ...] = ()
    cpu_limit_cores: float | None = None
    memory_limit_bytes: Whole | None = None
    pids_limit: Whole | None = None
    layer: str = ""


class ProcessRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """One live process, answered on request only. `parent`: pid; times in Unix seconds; bytes
    read from and written to storage. None: the probe may not know."""

    node: str
    pid: Count
    parent: Count
    owner: str
    command: str
    command_line: str = ""
    user: str = ""
    state: str = ""
    started: float = 0.0
    cpu_seconds: float = 0.0
    resident_bytes: Count = 0
    virtual_bytes: Count = 0
    threads: Count = 0
    open_fds: Count | None = None
    read_bytes: Count | None = None
    written_bytes: Count | None = None
    working_directory: str = ""
    executable: str = ""


class ConnectionRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """One live connection of a process of `owner`, answered on request only.

    `local` is the owner's end. `state`: the kernel's word for TCP (established, close_wait, …),
    for UDP `tracked` where connection tracking knows it, else `connected`. Payload bytes from
    (`sent`) and to (`received`) the owner; None, and `pid` 0: not known.
    """

    owner: str
    protocol: str
    state: str
    local_ip: str
    local_port: Count
    remote_ip: str
    remote_port: Count
    pid: Count = 0
    process: str = ""
    sent_bytes: Count | None = None
    received_bytes: Count | None = None
    retransmits: Count | None = None
    rtt_seconds: float | None = None


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """The probe's first frame. `control`: the groups of actions it will carry out; `streams`:
    the version of streams it speaks, 0 for none."""

    protocol: Count
    host_id: str
    hostname: str
    version: str
    epoch: str
    control: tuple[str, ...]
    wall_clock: float
    streams: Count = 0


class Welcome(msgspec.Struct, frozen=True, tag="welcome"):
    """The API's answer. `heartbeat_seconds`: how often the probe must be heard."""

    protocol: Count
    api_id: str
    version: str
    heartbeat_seconds: float = 5.0


class Inventory(msgspec.Struct, frozen=True, tag="inventory"):
    """All containers as of `sequence`: replaces whatever the receiver held of this host."""

    epoch: str
    sequence: Count
    containers: tuple[ContainerRecord, ...]


class Change(msgspec.Struct, frozen=True, tag="change"):
    """One numbered change: a container appeared or changed (`container`), or went (`removed`).

    `event` is the engine's word for it (create, start, pause, die, destroy, …).
    """

    epoch: str
    sequence: Count
    event: str
    node: str
    container: ContainerRecord | None = None


class Heartbeat(msgspec.Struct, frozen=True, tag="heartbeat"):
    epoch: str
    sequence: Count
    wall_clock: float


class EdgeState(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether an edge has open connections; its parts are the labels of the metrics."""

    source: str
    peer_ip: str
    peer_port: Count
    protocol: str
    open: bool
    service_ip: str = ""
    service_port: Count = 0


class ProcessEvent(msgspec.Struct, frozen=True):
    """A program began (`exec`) or such a process ended (`exit`) in the container `owner`."""

    kind: Literal["exec", "exit"]
    owner: str
    pid: Count
    command: str


class Activity(msgspec.Struct, frozen=True, omit_defaults=True, tag="activity"):
    """What happened since the one before. `complete`: the edges are all that are open, in place
    of whatever the receiver held: so is the first one, and the next after a loss. `lost`: so
    many events could not be told.
    """

    epoch: str
    edges: tuple[EdgeState, ...] = ()
    processes: tuple[ProcessEvent, ...] = ()
    complete: bool = False
    lost: Count = 0


class Control(msgspec.Struct, frozen=True, tag="control"):
    """Do `action` to `node`. Valid for `ttl_seconds` from its arrival at the probe; a repeat of
    one `operation_id` is answered with the first outcome and not done again.
    """

    operation_id: str
    action: str
    node: str
    ttl_seconds: float
    parameters: dict[str, Any] = {}


class Outcome(msgspec.Struct, frozen=True, tag="outcome"):
    """How a control went. `running`: the engine works on it (a container takes its time to
    stop); one more outcome, `done` or `failed`, follows.
    """

    operation_id: str
    status: Literal["done", "failed", "running"]
    problem: Problem | None = None


class Watch(msgspec.Struct, frozen=True, tag="watch"):
    """Whether the API wants `Activity` from now on; a new tunnel has none."""

    activity: bool


Subject = Literal["processes", "connections", "inspection", "changes"]


class Query(msgspec.Struct, frozen=True, tag="query"):
    """Ask for something too large or too private for Prometheus.

    `subject`: the live `processes` of `node`, or of the whole host; its live `connections`; the
    engine's own `inspection` of a container, masked; the `changes` of its files since its image.
    """

    request_id: str
    subject: Subject
    node: str


class Answer(msgspec.Struct, frozen=True, tag="answer"):
    """To a query: what it asked for, or why not. `truncated`: there is more."""

    request_id: str
    processes: tuple[ProcessRecord, ...] = ()
    truncated: bool = False
    problem: Problem | None = None
    connections: tuple[ConnectionRecord, ...] = ()
    inspection: dict[str, Any] = {}
    changes: tuple[FileChange, ...] = ()


FromProbe = (
    Hello | Inventory | Change | Activity | Heartbeat | Outcome | Answer | Opened | Credit | End
)
FromApi = Welcome | Control | Query | Watch | Open | Credit | Resize | End

_encode = msgspec.json.Encoder().encode
_from_probe: msgspec.json.Decoder[FromProbe] = msgspec.json.Decoder(FromProbe)
_from_api: msgspec.json.Decoder[FromApi] = msgspec.json.Decoder(FromApi)


class _Tag(msgspec.Struct):
    type: str


_tag = msgspec.json.Decoder(_Tag)
_PROBE_TAGS = frozenset(kind.__struct_config__.tag for kind in FromProbe.__args__)
_API_TAGS = frozenset(kind.__struct_config__.tag for kind in FromApi.__args__)


def encode(frame: FromProbe | FromApi) -> str:
    """The text message that carries `frame`."""
    return _encode(frame).decode()


def decode_from_probe(message: str | bytes) -> FromProbe | None:
    """A probe's frame; None for a type this version does not know. Raises InvalidFrame."""
    frame: FromProbe | None = _decode(message, _from_probe, _PROBE_TAGS)
    return frame


def decode_from_api(message: str | bytes) -> FromApi | None:
    """The API's frame; None for a type this version does not know. Raises InvalidFrame."""
    frame: FromApi | None = _decode(message, _from_api, _API_TAGS)
    return frame


def _decode(message: str | bytes, decoder: Any, known: frozenset[Any]) -> Any:
    if len(message) > MAX_FRAME_BYTES:
        raise InvalidFrame(f"a frame of {len(message)} bytes is over the limit")
    try:
        if _tag.decode(message).type not in known:
            return None
        return decoder.decode(message)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidFrame(str(error)) from error
