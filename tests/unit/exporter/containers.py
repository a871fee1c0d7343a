"""Real containers that run Python programs of the tests; removed whatever happens.

There is no registry: the image is a root of links, and the machine's own /usr and Python are
mounted into it.
"""

import contextlib
import io
import itertools
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

from promscope_exporter.collectors.registry import Context
from promscope_exporter.commands import Commands
from promscope_exporter.host import Host
from promscope_exporter.inventory import Inventory
from promscope_exporter.settings import Settings
from promscope_exporter.sources.clock import Clock
from promscope_exporter.sources.docker_record import from_inspect
from promscope_exporter.sources.procfs import Procfs

PREFIX = f"t-edges-{os.getpid()}"
HOST = Host("feedfacefeedface", "machine")
_numbers = itertools.count(1)


def docker(*arguments, **options):
    done = subprocess.run(
        ["docker", *map(str, arguments)], check=True, capture_output=True, timeout=120, **options
    )
    return done.stdout.decode().strip()


class Running:
    """One container; `say` and `hear` are its standard input and output."""

    def __init__(self, name, process):
        self.name = name
        self.process = process
        self.inspected = json.loads(docker("inspect", name))[0]
        self.node = f"container:{self.inspected['Id'][:12]}"
        addresses = (
            one["IPAddress"] for one in self.inspected["NetworkSettings"]["Networks"].values()
        )
        self.ip = next(filter(None, addresses), "")

    def say(self, line=""):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def hear(self):
        return self.process.stdout.readline().strip()


class Containers:
    """The test's own corner of the engine."""

    def __init__(self):
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        self.image = f"{PREFIX}-image"
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as tar:
            for name in ("bin", "sbin", "lib", "lib64"):
                if Path("/", name).is_symlink():
                    link = tarfile.TarInfo(name)
                    link.type, link.linkname = tarfile.SYMTYPE, f"usr/{name}"
                    tar.addfile(link)
        docker("import", "-", self.image, input=packed.getvalue())
        self._stack.callback(docker, "image", "rm", "--force", self.image)
        return self

    def __exit__(self, *_):
        self._stack.close()

    def network(self, *options):
        name = f"{PREFIX}-net-{next(_numbers)}"
        docker("network", "create", *options, name)
        self._stack.callback(docker, "network", "rm", name)
        return name

    def run(self, code, *arguments, network, options=()):
        """Start `code`; it has printed one line when this returns."""
        name = f"{PREFIX}-{next(_numbers)}"
        python = Path(sys.executable).resolve()
        process = subprocess.Popen(
            [
                *("docker", "run", "--rm", "-i", "--name", name, "--network", network),
                *("-v", "/usr:/usr:ro", "-v", f"{sys.base_prefix}:{sys.base_prefix}:ro"),
                *(*options, self.image, str(python), "-u", "-c", code, *map(str, arguments)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

        def end():
            with contextlib.suppress(subprocess.CalledProcessError):
                docker("rm", "--force", "--volumes", name)
            process.stdin.close()
            process.stdout.close()
            process.wait(timeout=30)

        self._stack.callback(end)
        assert process.stdout.readline().strip() == "ready"
        return Running(name, process)


def context(containers, clock=None, procfs="/proc"):
    """What the collectors work with, on this machine, knowing just these containers."""
    clock = clock or Clock()
    inventory = Inventory(clock, 15.0)
    settings = Settings(procfs=procfs)
    made = Context(settings, HOST, clock, Procfs(procfs), inventory, Commands())
    know(made, containers)
    return made


def know(made, containers):
    for one in containers:
        made.inventory.update("start", from_inspect(docker("inspect", one.name)[1:-1].encode()))


#: Listens on its arguments' ports (TCP, and UDP on the same), takes what comes and answers each
#: connection with 100 bytes; on a line of input, sends 123 bytes to its own first port.
SERVER = """
import socket, sys, threading
def serve(connection):
    with connection:
        connection.sendall(bytes(100))
        while connection.recv(65536):
            pass
def listen(listener):
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
def answer(udp):
    while True:
        data, peer = udp.recvfrom(65536)
        udp.sendto(bytes(50), peer)
for port in map(int, sys.argv[1:]):
    listener = socket.create_server(("0.0.0.0", port), backlog=128)
    threading.Thread(target=listen, args=(listener,), daemon=True).start()
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("0.0.0.0", port))
    threading.Thread(target=answer, args=(udp,), daemon=True).start()
print("ready")
kept = []
for line in sys.stdin:
    kept.append(socket.create_connection(("127.0.0.1", int(sys.argv[1]))))
    kept[-1].sendall(bytes(123))
    print("done")
"""

#: Obeys lines: `tcp HOST PORT BYTES` sends on a kept connection, `short HOST PORT BYTES COUNT`
#: on as many new ones, `udp HOST PORT BYTES COUNT`; answers `done`.
CLIENT = """
import socket, sys
kept = {}
print("ready")
for line in sys.stdin:
    kind, host, port, size, *count = line.split()
    where, size = (host, int(port)), int(size)
    try:
        if kind == "tcp":
            if where not in kept:
                kept[where] = socket.create_connection(where)
                kept[where].recv(100, socket.MSG_WAITALL)
            kept[where].sendall(bytes(size))
        elif kind == "short":
            for _ in range(int(count[0])):
                with socket.create_connection(where) as one:
                    one.recv(100, socket.MSG_WAITALL)
                    one.sendall(bytes(size))
                    one.shutdown(socket.SHUT_WR)
                    one.recv(1)
        elif kind == "udp":
            if ("udp", where) not in kept:
                kept["udp", where] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            for _ in range(int(count[0])):
                kept["udp", where].sendto(bytes(size), where)
                kept["udp", where].recvfrom(100)
        print("done")
    except OSError as error:
        print(error)
"""
