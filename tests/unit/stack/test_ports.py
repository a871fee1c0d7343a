import os
import socket

import pytest

from stack.ports import Ports
from stack.refusal import Refusal


def test_ports_come_from_the_environment_and_have_defaults() -> None:
    assert Ports.of({}) == Ports(10180, 10181, 10190)
    assert Ports.of({"API_PORT": "8080", "EXPORTER_PORT": ""}).api == 8080


@pytest.mark.parametrize("text", ["0", "65536", "-1", "80 ", "http", "٣", "1e3"])
def test_what_is_no_port_is_refused_by_the_variable_s_name(text: str) -> None:
    with pytest.raises(Refusal, match="API_PORT is a port between 1 and 65535"):
        Ports.of({"API_PORT": text})


def test_a_taken_port_names_its_holder_and_a_free_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(Refusal) as refusal:
            Ports(exporter=port).check()
    words = str(refusal.value)
    assert f"Port {port} of 127.0.0.1, for the exporter, is taken by" in words
    assert f"(pid {os.getpid()})" in words
    other = int(words.rpartition("EXPORTER_PORT=")[2])
    assert other > port


def test_a_listener_on_every_address_takes_the_port_too() -> None:
    with socket.create_server(("0.0.0.0", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(Refusal, match=f"Port {port}"):
            Ports(prometheus=port).check()
