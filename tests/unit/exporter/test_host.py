import logging

from promscope_exporter.host import detect
from promscope_wire import ids


def machine(folder, machine_id="0123456789abcdef0123456789abcdef", hostname="web-1"):
    (folder / "etc").mkdir()
    if machine_id:
        (folder / "etc/machine-id").write_text(machine_id + "\n")
    (folder / "etc/hostname").write_text(hostname + "\n")
    return str(folder)


def test_of_another_root_directory(tmp_path):
    host = detect(machine(tmp_path))
    assert host.hostname == "web-1"
    assert host.id == ids.derive_host_id("0123456789abcdef0123456789abcdef", "web-1")
    assert host.node == f"host:{host.id}"


def test_override(tmp_path):
    assert detect(machine(tmp_path), "rack-7").id == "rack-7"


def test_without_machine_id_it_says_so(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        host = detect(machine(tmp_path, machine_id=""))
    assert host.id == ids.derive_host_id("", "web-1")
    assert "--host.id" in caplog.text


def test_dbus_machine_id_serves(tmp_path):
    root = machine(tmp_path, machine_id="")
    (tmp_path / "var/lib/dbus").mkdir(parents=True)
    (tmp_path / "var/lib/dbus/machine-id").write_text("feed\n")
    assert detect(root).id == ids.derive_host_id("feed", "web-1")


def test_this_machine():
    host = detect()
    assert host.hostname
    assert ids.parse(host.node).kind == "host"
