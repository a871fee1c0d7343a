import platform

from promscope_exporter.portable.identity import PortableIdentityCollector, operating_system
from tests.unit.exporter.fakes import collect, context


def test_it_names_the_host(tmp_path):
    one = context(tmp_path)
    (name,) = collect(PortableIdentityCollector(one), one.clock)
    assert name.startswith(f'promscope_host_info{{host_id="{one.host.id}",hostname="machine"')
    assert f'kernel="{platform.release()}"' in name


def test_what_a_mac_calls_itself(monkeypatch):
    monkeypatch.setattr(platform, "mac_ver", lambda: ("15.1", ("", "", ""), "arm64"))
    assert operating_system() == "macOS 15.1"
