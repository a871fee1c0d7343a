"""Node ids: the one place that makes and parses them (design §3).

An id is `kind:part[:part…]`. Each part matches `[A-Za-z0-9._-]+`; every other byte of its
UTF-8 form, and `~` itself, is written `~xx` in lower-case hex. So an id is safe in a URL
path, a PromQL matcher and Grafana's proxy without further quoting, and two different things
never share one id.

Ids cannot change once users have data: `tests/unit/wire/test_ids.py` pins every form.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from functools import lru_cache

_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
_PART = re.compile(r"(?:[A-Za-z0-9._-]|~[0-9a-f]{2})+", re.ASCII)
_PLAIN = re.compile(r"[A-Za-z0-9._-]+", re.ASCII)
_HEX_ID = re.compile(r"[0-9a-f]{12,64}", re.ASCII)
_SHORT_ID = re.compile(r"[0-9a-f]{12}", re.ASCII)
_HOST_ID_KEY = b"promscope host id v1"

#: kind → the number of parts after it.
PARTS: dict[str, int] = {
    "host": 1,
    "container": 1,
    "processes": 3,
    "process": 3,
    "image": 1,
    "pod": 1,
    "namespace": 2,
    "workload": 4,
    "service": 3,
    "compose-project": 2,
    "compose": 3,
    "swarm-service": 1,
    "ecs-task": 1,
    "ecs-service": 2,
    "marathon-app": 1,
    "command": 1,
    "label": 2,
    "external": 1,
    "internet": 0,
    "unknown": 1,
    "other": 1,
}


class InvalidId(ValueError):
    """The text is not a node id; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class NodeId:
    """A parsed id: its kind and its decoded parts.

    `other:<node>` keeps the parts of the folded node's id, its kind first.
    """

    kind: str
    parts: tuple[str, ...]

    def __str__(self) -> str:
        return ":".join((self.kind, *map(quote, self.parts)))


def quote(part: str) -> str:
    """One part of an id from any text; lone surrogates keep the raw byte they stand for.

    Raises InvalidId for an empty part: what is not known has no id.
    """
    if not part:
        raise InvalidId("a part of a node id cannot be empty")
    if _PLAIN.fullmatch(part):
        return part
    try:
        raw = part.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise InvalidId(f"not text: {part[:80]!r}") from error
    return "".join(chr(byte) if byte in _SAFE else f"~{byte:02x}" for byte in raw)


def unquote(part: str) -> str:
    """The text that `quote` was given. Raises InvalidId unless `quote` could have made it."""
    if not _PART.fullmatch(part):
        raise InvalidId(f"not a part of a node id: {part[:80]!r}")
    raw = re.sub(rb"~([0-9a-f]{2})", lambda found: bytes([int(found[1], 16)]), part.encode())
    text = raw.decode("utf-8", "surrogateescape")
    if quote(text) != part:
        raise InvalidId(f"not the canonical form of a node id: {part[:80]!r}")
    return text


def parse(text: str) -> NodeId:
    """Parse any node id. Raises InvalidId with the reason."""
    kind, _, rest = text.partition(":")
    wanted = PARTS.get(kind)
    if wanted is None:
        raise InvalidId(f"unknown kind of node: {kind[:40]!r}")
    if kind == "other" and ":" in rest:
        folded = parse(rest)
        return NodeId(kind, (folded.kind, *folded.parts))
    parts = rest.split(":") if rest else []
    if len(parts) != wanted:
        raise InvalidId(f"a {kind} id has {wanted} parts, this one {len(parts)}: {text[:80]!r}")
    if kind in ("container", "image") and not _SHORT_ID.fullmatch(parts[0]):
        raise InvalidId(f"{kind} ids are 12 hex digits, not {parts[0][:80]!r}")
    if kind == "processes":
        _owner(":".join(parts[:2]))
    return NodeId(kind, tuple(map(unquote, parts)))


def _make(kind: str, *parts: str) -> str:
    return ":".join((kind, *map(quote, parts)))


def derive_host_id(machine_id: str, hostname: str) -> str:
    """The 16 hex digits that stand for a host.

    An HMAC, so the machine-id itself is never shown (machine-id(5) asks for that), over the
    hostname too, so cloned machines with one machine-id differ once they are renamed.
    """
    message = f"{machine_id.strip()}\0{hostname}".encode("utf-8", "surrogateescape")
    return hmac.new(_HOST_ID_KEY, message, hashlib.sha256).hexdigest()[:16]


def host(host_id: str) -> str:
    return _make("host", host_id)


def container(container_id: str) -> str:
    """From a full or short container id (12 to 64 hex digits). Raises InvalidId otherwise."""
    if not _HEX_ID.fullmatch(container_id):
        raise InvalidId(f"not a container id: {container_id[:80]!r}")
    return f"container:{container_id[:12]}"


def processes(owner: str, command: str) -> str:
    """The group of processes of one command in a container or on a host (`owner`: node id)."""
    return f"processes:{_owner(owner)}:{quote(command)}"


def process(host_id: str, pid: int, start_ticks: int) -> str:
    return _make("process", host_id, str(pid), str(start_ticks))


def image(digest: str) -> str:
    """From an image digest, with or without its `sha256:`."""
    hex_part = digest.removeprefix("sha256:")
    if not _HEX_ID.fullmatch(hex_part):
        raise InvalidId(f"not an image digest: {digest[:80]!r}")
    return f"image:{hex_part[:12]}"


def pod(uid: str) -> str:
    return _make("pod", uid)


def namespace(cluster: str, name: str) -> str:
    return _make("namespace", cluster, name)


def workload(cluster: str, namespace_name: str, kind: str, name: str) -> str:
    return _make("workload", cluster, namespace_name, kind, name)


def service(cluster: str, namespace_name: str, name: str) -> str:
    return _make("service", cluster, namespace_name, name)


def compose(host_id: str, project: str, service_name: str) -> str:
    return _make("compose", host_id, project, service_name)


def compose_project(host_id: str, project: str) -> str:
    return _make("compose-project", host_id, project)


def command(name: str) -> str:
    """All processes of one command, wherever they run."""
    return _make("command", name)


def label(name: str, value: str) -> str:
    """What has this value of a label."""
    return _make("label", name, value)


def swarm_service(service_id: str) -> str:
    return _make("swarm-service", service_id)


def ecs_task(task_id: str) -> str:
    return _make("ecs-task", task_id)


def ecs_service(cluster: str, name: str) -> str:
    return _make("ecs-service", cluster, name)


def marathon_app(path: str) -> str:
    return _make("marathon-app", path)


def external(ip_or_name: str) -> str:
    return _make("external", ip_or_name)


INTERNET = "internet"


def unknown(why: str) -> str:
    return _make("unknown", why)


def other(node: str) -> str:
    """What a budget folded of `node` (a node id, or a word such as `private`)."""
    return f"other:{parse(node)}" if ":" in node else _make("other", node)


@lru_cache(maxsize=16384)
def _owner(owner: str) -> str:
    if parse(owner).kind not in ("container", "host"):
        raise InvalidId(f"processes belong to a container or a host, not to {owner[:80]!r}")
    return owner
