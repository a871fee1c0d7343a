import os
import socket
import subprocess
import sys

import pytest

from promscope_exporter.portable.live import answers
from promscope_exporter.sources.engine import EngineError
from tests.unit.exporter.fakes import HOST, ID, context, record


def test_processes_of_the_host_without_secrets_d1(tmp_path):
    live = answers(context(tmp_path))
    program = [sys.executable, "-c", "input()", "--password=hunter2"]
    with subprocess.Popen(program, stdin=subprocess.PIPE) as child:
        try:
            found = {one.pid: one for one in live.processes(HOST.node)}
        finally:
            child.communicate(b"\n")
    assert found[child.pid].command_line.endswith("--password=***")
    assert (found[child.pid].parent, found[child.pid].owner) == (os.getpid(), HOST.node)
    assert found[child.pid].resident_bytes > 0
    assert "hunter2" not in str(found[child.pid])


def test_connections_of_the_host(tmp_path):
    live = answers(context(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)), listener.accept()[0]:
            found = [one for one in live.connections(HOST.node) if one.remote_port == port]
    (one,) = found
    assert (one.pid, one.protocol, one.state) == (os.getpid(), "tcp", "established")
    assert one.sent_bytes is None, "psutil does not count"


def test_containers_are_not_seen_inside(tmp_path):
    one = context(tmp_path)
    one.inventory.update("sync", record(), "unix:///engine")
    live = answers(one)
    for question in (live.processes, live.connections):
        with pytest.raises(EngineError, match="virtual machine"):
            question(f"container:{ID[:12]}")
        with pytest.raises(LookupError):
            question("container:000000000000")
