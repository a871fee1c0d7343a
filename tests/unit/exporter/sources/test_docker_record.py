import json

import pytest

from promscope_exporter.sources import docker_record
from promscope_exporter.sources.docker_record import Unreadable
from promscope_wire.frames import Mount, Network, Port
from tests.unit.exporter.fakes import ID, inspected


def parsed(**fields):
    return docker_record.from_inspect(json.dumps(inspected(**fields)).encode())


def test_identity_state_and_times():
    record = parsed(RestartCount=3)
    assert (record.node, record.id, record.name) == (f"container:{ID[:12]}", ID, "web")
    assert (record.state, record.pid, record.restarts) == ("running", 100, 3)
    assert record.created == 1795449600.123456
    assert record.started == 1795449601
    assert record.finished == 0
    assert record.exit_code is None
    assert (record.image, record.restart_policy, record.runtime) == (
        "shop/web:1.2", "always", "docker",
    )  # fmt: skip


def test_exited():
    state = {"Status": "exited", "Pid": 0, "ExitCode": 137, "FinishedAt": "2026-11-23T16:00:09Z"}
    record = parsed(State=state)
    assert (record.state, record.exit_code, record.finished) == ("exited", 137, 1795449609)


@pytest.mark.parametrize(
    ("word", "state"),
    [("running", "running"), ("removing", "exited"), ("dead", "dead"), ("new-in-v30", "created"),
     ("", "created")],
)  # fmt: skip
def test_states(word, state):
    assert docker_record.state(word) == state


def test_health():
    def health(status):
        return parsed(State={"Status": "running", "Pid": 1, "Health": status}).health

    assert health({"Status": "unhealthy"}) == "unhealthy"
    assert health({"Status": "none"}) == health(None) == ""


def test_environment_is_masked_d1():
    record = parsed(Config={"Env": ["A=secret", "EMPTY=", "NOVALUE", "B=x=y"]})
    assert record.environment == {"A": "***", "EMPTY": "", "NOVALUE": "", "B": "***"}
    assert "secret" not in str(record)


def test_limits():
    record = parsed(HostConfig={"NanoCpus": 1_500_000_000, "Memory": 1 << 20, "PidsLimit": 9})
    assert record.cpu_limit_cores == 1.5
    assert record.memory_limit_bytes == 1 << 20
    assert record.pids_limit == 9
    assert parsed(HostConfig={"CpuQuota": 50_000}).cpu_limit_cores == 0.5
    none = parsed(HostConfig={"CpuQuota": -1, "PidsLimit": -1})
    assert none.cpu_limit_cores is none.memory_limit_bytes is none.pids_limit is None


def test_ports_published_twice_and_exposed_only():
    record = parsed(
        Config={"ExposedPorts": {"53/udp": {}, "80/tcp": {}}},
        NetworkSettings={
            "Ports": {
                "80/tcp": [
                    {"HostIp": "0.0.0.0", "HostPort": "8080"},
                    {"HostIp": "::", "HostPort": "8080"},
                ],
                "53/udp": None,
            }
        },
    )
    assert record.ports == (
        Port(53, "udp"),
        Port(80, "tcp", "0.0.0.0", 8080),
        Port(80, "tcp", "::", 8080),
    )


def test_networks_and_mounts():
    record = parsed(
        NetworkSettings={
            "Networks": {
                "back": {"IPAddress": "172.18.0.2", "GlobalIPv6Address": "fd00::2",
                         "MacAddress": "02:42:ac:12:00:02"},
                "none": None,
            }
        },
        Mounts=[{"Type": "volume", "Name": "data", "Source": "/var/x", "Destination": "/data",
                 "RW": False}],
    )  # fmt: skip
    assert record.networks == (
        Network("back", ("172.18.0.2", "fd00::2"), "02:42:ac:12:00:02"),
        Network("none"),
    )
    assert record.mounts == (Mount("volume", "/var/x", "/data", True, "data"),)


def test_null_wherever_docker_may_say_null():
    record = parsed(
        Mounts=None,
        Config={"Labels": None, "Env": None, "ExposedPorts": None},
        NetworkSettings={"Ports": None, "Networks": None},
        HostConfig={"RestartPolicy": None, "PidsLimit": None},
    )
    assert record.labels == record.environment == {}


@pytest.mark.parametrize(
    "answer",
    [b"", b"null", b"[]", b"{}", b'{"Id": 5}', b'{"Id": "not hex at all"}', b'{"Id": "' + b"a" * 64,
     b'{"Id": "' + b"a" * 64 + b'", "State": []}', b"\xff\xfe", b"[" * 100_000],
)  # fmt: skip
def test_unreadable_r1(answer):
    with pytest.raises(Unreadable):
        docker_record.from_inspect(answer)
    if answer != b"[]":
        with pytest.raises(Unreadable):
            docker_record.listed(answer)


def test_long_and_many_texts_are_cut():
    labels = {f"l{n}": "x" * 100_000 for n in range(1000)}
    record = parsed(Config={"Labels": labels, "Env": [f"E{n}=x" for n in range(1000)]})
    assert len(record.labels) == len(record.environment) == 256
    assert all(len(value) == 1024 and value.endswith("…") for value in record.labels.values())


def test_from_the_list_alone():
    item = docker_record.listed(
        json.dumps([{"Id": ID, "Names": ["/web"], "State": "paused", "Created": 7}]).encode()
    )[0]
    record = docker_record.from_listed(item)
    assert (record.name, record.state, record.created) == ("web", "paused", 7)


def test_from_a_create_event_alone():
    record = docker_record.from_event(ID, {"name": "web", "image": "nginx", "team": "a"}, 7.0)
    assert (record.name, record.image, record.state) == ("web", "nginx", "created")
    assert record.labels == {"team": "a"}
    with pytest.raises(Unreadable):
        docker_record.from_event("../etc", {}, 7.0)


@pytest.mark.parametrize(
    ("value", "out"), [("false", True), ("False", True), ("0", True), ("true", False), ("", False)]
)
def test_opt_out_d2(value, out):
    record = parsed(Config={"Labels": {"promscope.enable": value}})
    assert docker_record.opted_out(record) is out


def test_one_item_of_nonsense_costs_only_itself_r1():
    items = [{"Id": 5}, {"Id": ID, "Created": 10**400}, {"Id": ID, "State": "paused"}, None]
    (left,) = docker_record.listed(json.dumps(items).encode())
    assert left.state == "paused"


@pytest.mark.parametrize("number", ["0x50", "99999", "9" * 30, "-1", ""])
def test_no_port(number):
    assert parsed(NetworkSettings={"Ports": {f"{number}/tcp": None}}).ports == ()


def test_bytes_that_are_no_text_are_refused_in_words():
    with pytest.raises(Unreadable):
        docker_record.from_inspect(b'{"Id":"\xe1"')


def test_annotations_layer_and_what_looks_like_a_secret_d1():
    record = parsed(
        Config={"Labels": {"db.password": "hunter2", "team": "a"}},
        HostConfig={"Annotations": {"io.katacontainers.x": "1", "api-key": "hunter2"}},
        GraphDriver={"Name": "overlay2", "Data": {"UpperDir": "/var/lib/docker/overlay2/x/diff"}},
    )
    assert record.labels == {"db.password": "***", "team": "a"}
    assert record.annotations == {"io.katacontainers.x": "1", "api-key": "***"}
    assert record.layer == "/var/lib/docker/overlay2/x/diff"
    assert "hunter2" not in str(record)


@pytest.mark.parametrize("data", [None, {}, {"UpperDir": None}, {"UpperDir": ["/"]}])
def test_a_driver_without_a_folder(data):
    assert parsed(GraphDriver={"Name": "aufs", "Data": data}).layer == ""
