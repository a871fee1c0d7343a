from promscope_api.control.happening import Happening, happening
from promscope_wire.frames import Activity, EdgeState, ProcessEvent

WEB, REDIS, HOST = "container:4f1c2a9b7d3e", "container:fedcba987654", "host:abc"


def edge(source: str, port: int) -> EdgeState:
    return EdgeState(source, "192.0.2.1", port, "tcp", True)


TOLD = [
    Activity("e", (edge(WEB, 1), edge(REDIS, 2)), complete=True),
    Activity("e", (edge(HOST, 3),), (ProcessEvent("exec", WEB, 7, "sh"),), lost=2),
    Activity("e", (edge(WEB, 4),), (ProcessEvent("exit", REDIS, 8, "sh"),), lost=1),
]


def test_a_container_has_what_is_its_own():
    assert happening(TOLD, WEB) == Happening(
        (edge(WEB, 1), edge(WEB, 4)), (ProcessEvent("exec", WEB, 7, "sh"),), 3
    )


def test_a_host_has_everything():
    found = happening(TOLD, HOST)
    assert [one.peer_port for one in found.edges] == [1, 2, 3, 4]
    assert [one.pid for one in found.processes] == [7, 8]
