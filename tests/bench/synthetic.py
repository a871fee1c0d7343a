"""A fleet that is only its /metrics pages: hosts with containers that talk to each other.

`python -m tests.bench.synthetic PORT HOSTS [COMMANDS [CHURN]]` serves `/host/N` until its standard
input ends. Counters grow with the clock, so rates are those of the text; everything else stays,
but for the share CHURN of each host's containers that others take the place of each minute.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from pathlib import Path

CONTAINERS, COMMANDS, EDGES = 10, 20, 30
#: Containers of one compose project, spread over hosts of its own number.
_SERVICES = 5


def host_id(host: int) -> str:
    return f"{host:016x}"


def container_id(host: int, number: int, generation: int = 0) -> str:
    return f"{host:06x}{generation:04x}{number:02x}"


def address(host: int, number: int) -> str:
    """A routable address per container; number -1 is the host itself."""
    return f"10.{host // 200}.{host % 200}.{number + 2}"


class Page:
    """One host's page: lines that stay, and counters as (line without a value, per second)."""

    def __init__(self, host: int, hosts: int, commands: int = COMMANDS, replaced: int = 0) -> None:
        """`replaced`: how many times a container of this host was, one after the other."""
        self._ids = [
            container_id(host, number, (replaced + CONTAINERS - 1 - number) // CONTAINERS)
            for number in range(CONTAINERS)
        ]
        self._fixed: list[str] = []
        self._counters: list[tuple[str, float]] = []
        self._host(host)
        for number in range(CONTAINERS):
            self._container(host, number)
        for number in range(commands):
            self._process(number)
        for number in range(EDGES):
            self._edge(host, number, hosts)

    def text(self, seconds: float) -> bytes:
        lines = [f"{line}{rate * seconds:.3f}" for line, rate in self._counters]
        return "\n".join([*self._fixed, *lines, ""]).encode()

    def _gauge(self, family: str, value: float, **labels: object) -> None:
        self._fixed.append(f"{_series(family, labels)}{value}")

    def _counter(self, family: str, rate: float, **labels: object) -> None:
        self._counters.append((_series(family, labels), rate))

    def _host(self, host: int) -> None:
        own = f"host:{host_id(host)}"
        self._gauge(
            "host_info", 1, host_id=host_id(host), hostname=f"host-{host}", os="Debian",
            kernel="6.1", arch="x86_64",
        )  # fmt: skip
        self._gauge("inventory_sequence", 1, epoch="bench")
        self._gauge("exporter_build_info", 1, version="bench")
        self._gauge("host_cpu_cores", 8)
        self._gauge("host_memory_total_bytes", 32e9)
        self._gauge("host_memory_available_bytes", 16e9)
        self._gauge("host_load1", 1.5)
        self._gauge("host_boot_time_seconds", 1.7e9)
        for mode in ("user", "system", "idle", "iowait"):
            self._counter("host_cpu_seconds_total", 1.0, mode=mode)
        for way in ("receive", "transmit"):
            self._counter(f"host_network_{way}_bytes_total", 1e5, device="eth0")
        for way in ("read", "written"):
            self._counter(f"host_disk_{way}_bytes_total", 1e4, device="sda")
        self._endpoint(own, address(host, -1))

    def _endpoint(self, owner: str, ip: str) -> None:
        self._gauge(
            "endpoint_info", 1, owner=owner, owner_name="x", ip=ip, netns="host", routable="true"
        )

    def _container(self, host: int, number: int) -> None:
        key = self._ids[number]
        same = {"container_id": key, "name": f"service-{number}-{host}"}
        self._gauge(
            "container_info", 1, **same, container_name=same["name"], image=f"shop/app-{number}",
            image_tag="1.2.3", image_id=f"sha256:{number:064x}", runtime="runc",
            network_mode="bridge", compose_project=f"project-{host % 100}",
            compose_service=f"service-{number % _SERVICES}",
        )  # fmt: skip
        self._gauge("container_state", 1, **same, state="running")
        for family, value in (
            ("memory_working_set_bytes", 1e8), ("memory_limit_bytes", 1e9), ("cpu_limit_cores", 2),
            ("processes", 4), ("open_fds", 40), ("created_timestamp_seconds", 1.7e9),
            ("start_time_seconds", 1.7e9),
        ):  # fmt: skip
            self._gauge(f"container_{family}", value, **same)
        for family, rate in (
            ("cpu_seconds_total", 0.1 + number / 20), ("network_receive_bytes_total", 1e4),
            ("network_transmit_bytes_total", 2e4), ("disk_read_bytes_total", 1e3),
            ("disk_written_bytes_total", 1e3),
        ):  # fmt: skip
            self._counter(f"container_{family}", rate, **same)
        owner = f"container:{key}"
        self._endpoint(owner, address(host, number))
        self._gauge(
            "listen_info", 1, owner=owner, owner_name=same["name"], process="app", ip="0.0.0.0",
            port=8080, protocol="tcp", netns="host",
        )  # fmt: skip

    def _process(self, number: int) -> None:
        owner = f"container:{self._ids[number % CONTAINERS]}"
        labels = {"owner": owner, "owner_name": "x", "process": f"command-{number}"}
        self._gauge("process_instances", 2, **labels)
        self._gauge("process_resident_memory_bytes", 5e7, **labels)
        self._gauge("process_threads", 8, **labels)
        self._gauge("process_open_fds", 12, **labels)
        self._counter("process_cpu_seconds_total", 0.05, **labels)

    def _edge(self, host: int, number: int, hosts: int) -> None:
        peer = (host + 1 + number * 7) % hosts
        outside = number % 10 == 0
        ip = f"203.0.113.{(host + number) % 250}" if outside else address(peer, number % CONTAINERS)
        labels = {
            "source": f"container:{self._ids[(number * 3) % CONTAINERS]}",
            "source_name": "x", "process": f"command-{number % COMMANDS}", "peer_ip": ip,
            "peer_port": 443 if outside else 8080, "protocol": "tcp",
        }  # fmt: skip
        self._gauge("edge_connections", 3, **labels)
        self._counter("edge_connects_total", 0.5, **labels)
        self._counter("edge_transmit_bytes_total", 1000.0 + number, **labels)
        self._counter("edge_receive_bytes_total", 2000.0 + number, **labels)


def _series(family: str, labels: dict[str, object]) -> str:
    inside = ",".join(f'{name}="{value}"' for name, value in labels.items())
    return f"promscope_{family}{{{inside}}} " if inside else f"promscope_{family} "


class Fleet:
    """Serves the pages; each is made when it is first asked for, and anew as its containers are
    replaced.
    """

    def __init__(self, hosts: int, commands: int = COMMANDS, churn: float = 0.0) -> None:
        self._hosts = hosts
        self._commands = commands
        self._churn = churn
        self._pages: dict[int, tuple[int, Page]] = {}
        self._began = time.monotonic()

    def _page(self, host: int, seconds: float) -> Page:
        # not all hosts in the same moment
        moment = seconds / 60 * self._churn * CONTAINERS
        replaced = int(moment + host / self._hosts) if self._churn else 0
        known, page = self._pages.get(host, (-1, None))
        if page is None or known != replaced:
            page = Page(host, self._hosts, self._commands, replaced)
            self._pages[host] = replaced, page
        return page

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                while (await reader.readline()).strip():
                    pass
                number = int(line.split()[1].rpartition(b"/")[2])
                seconds = time.monotonic() - self._began
                body = self._page(number, seconds).text(seconds)
                head = (
                    "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n"
                )
                writer.write(head.encode() + body)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, ValueError, IndexError):
            pass
        finally:
            writer.close()


def scrape_configuration(port: int, hosts: int, interval: int, targets: Path) -> Iterator[str]:
    """The lines of a Prometheus configuration; `targets` gets the hosts."""
    groups = (
        f'- targets: ["127.0.0.1:{port}"]\n'
        f'  labels: {{instance: "host-{n}:10180", __metrics_path__: "/host/{n}"}}\n'
        for n in range(hosts)
    )
    targets.write_text("".join(groups))
    yield f"global: {{scrape_interval: {interval}s, scrape_timeout: {min(interval, 10)}s}}"
    yield "scrape_configs:"
    yield "  - job_name: promscope-exporter"
    yield f"    file_sd_configs: [{{files: ['{targets}']}}]"


async def _main(port: int, fleet: Fleet) -> None:
    server = await asyncio.start_server(fleet.serve, "127.0.0.1", port, backlog=2048)
    async with server:
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    port, hosts, *more = sys.argv[1:]
    commands = int(more[0]) if more else COMMANDS
    churn = float(more[1]) if more[1:] else 0.0
    asyncio.run(_main(int(port), Fleet(int(hosts), commands, churn)))
