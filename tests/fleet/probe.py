"""A probe that is only its /metrics page: text made by hand in the catalogue's families."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

HOST_ID = "00000000000000aa"
WEB, DB, OLD = "1" * 12, "2" * 12, "3" * 12


class _Page(BaseHTTPRequestHandler):
    server: ProbePage

    def do_GET(self) -> None:
        body = self.server.text().encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None: ...


class ProbePage(ThreadingHTTPServer):
    """Two containers that talk, one that exited, on a host that one of them is reached through.
    `events`: (container, event) → how often.

    `with ProbePage(port):` serves; counters grow with time since it was made, `states` may be
    changed meanwhile.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(
        self, port: int, host_id: str = HOST_ID, keys: tuple[str, str, str] = (WEB, DB, OLD)
    ) -> None:
        super().__init__(("127.0.0.1", port), _Page)
        self.host_id = host_id
        self.web, self.db, old = keys
        self.states = {self.web: "running", self.db: "running", old: "exited"}
        self.names = dict(zip(keys, ("web", "db", "old"), strict=True))
        self.events: dict[tuple[str, str], int] = {}
        self.sequence = 1
        self._began = time.monotonic()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    def text(self) -> str:
        seconds = time.monotonic() - self._began
        lines = [
            series("host_info", 1, host_id=self.host_id, hostname="box", os="Debian", kernel="6.1",
                   arch="x86_64"),
            series("host_cpu_cores", 4),
            series("host_cpu_seconds_total", 2 * seconds, mode="user"),
            series("host_cpu_seconds_total", 2 * seconds, mode="idle"),
            series("host_memory_total_bytes", 8e9),
            series("host_memory_available_bytes", 6e9),
            series("inventory_sequence", self.sequence, epoch="e1"),
            series("exporter_build_info", 1, version="0.1.0", python="3.11"),
            series("exporter_capability", 0, capability="conntrack_bytes"),
            series("scrape_collector_success", 1, collector="edge"),
        ]  # fmt: skip
        for key, state in self.states.items():
            lines += self._container(key, state, seconds)
        web, db, host = f"container:{self.web}", f"container:{self.db}", f"host:{self.host_id}"
        for owner, ip, netns, routable in (
            (host, "10.0.0.1", "host", "true"),
            (web, "172.17.0.2", "11", "false"),
            (db, "172.17.0.3", "12", "false"),
        ):
            lines.append(
                series("endpoint_info", 1, owner=owner, owner_name="x", ip=ip, netns=netns,
                       routable=routable)
            )  # fmt: skip
        lines.append(
            series("listen_info", 1, owner=db, owner_name="db", process="postgres", ip="0.0.0.0",
                   port="5432", protocol="tcp", netns="12")
        )  # fmt: skip
        edge = {
            "source": web, "source_name": "web", "process": "shop", "peer_ip": "172.17.0.3",
            "peer_port": "5432", "protocol": "tcp",
        }  # fmt: skip
        outside = {**edge, "peer_ip": "93.184.216.34", "peer_port": "443"}
        for labels in (edge, outside):
            lines += [
                series("edge_connections", 3, **labels),
                series("edge_connects_total", seconds, **labels),
                series("edge_transmit_bytes_total", 1000 * seconds, **labels),
                series("edge_receive_bytes_total", 2000 * seconds, **labels),
            ]
        for owner, command in ((web, "shop"), (db, "postgres"), (host, "sshd")):
            labels = {"owner": owner, "owner_name": "x", "process": command}
            lines += [
                series("process_instances", 2, **labels),
                series("process_cpu_seconds_total", 0.1 * seconds, **labels),
                series("process_resident_memory_bytes", 5e6, **labels),
            ]
        return "\n".join(lines) + "\n"

    def _container(self, key: str, state: str, seconds: float) -> list[str]:
        name = self.names[key]
        identity = {"container_id": key, "name": name}
        lines = [
            series("container_info", 1, **identity, container_name=name, image="shop",
                   image_tag="1", runtime="runc", compose_project="shop", compose_service=name),
        ]  # fmt: skip
        lines += [
            series("container_state", int(one == state), **identity, state=one)
            for one in ("created", "running", "paused", "exited", "dead", "removed")
        ]
        lines += [
            series("container_events_total", count, **identity, event=event)
            for (of, event), count in self.events.items()
            if of == key
        ]
        if state == "running":
            lines += [
                series("container_cpu_seconds_total", 0.25 * seconds, **identity),
                series("container_memory_working_set_bytes", 1e8, **identity),
            ]
        return lines


def series(family: str, value: float, **labels: str) -> str:
    inside = ",".join(f'{name}="{text}"' for name, text in labels.items())
    return f"promscope_{family}{{{inside}}} {value}"


def parts(topology: Mapping[str, Any]) -> dict[str, Any]:
    """The nodes of a view by their label."""
    return {node["label"]: node for node in topology["nodes"]}
