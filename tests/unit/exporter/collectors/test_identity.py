import os

from promscope_exporter.collectors.identity import IdentityCollector
from promscope_exporter.collectors.registry import discover
from promscope_exporter.collectors.runner import Runner
from tests.unit.exporter.fakes import Tree, collect, context, samples


def test_it_names_the_host(tmp_path):
    Tree(tmp_path / "etc").write("os-release", 'NAME=x\nPRETTY_NAME="Debian 12"\n')
    one = context(tmp_path)
    system = os.uname()
    labels = (
        f'host_id="{one.host.id}",hostname="machine",os="Debian 12",'
        f'kernel="{system.release}",arch="{system.machine}"'
    )
    assert collect(IdentityCollector(one), one.clock) == {f"promscope_host_info{{{labels}}}": 1}


async def test_it_stays_when_the_numbers_of_the_host_come_from_elsewhere(tmp_path):
    wanted = {name: one for name, one in discover().items() if name == "identity"}
    runner = Runner(context(tmp_path), wanted)
    page = samples(await runner.collect())
    assert any(name.startswith("promscope_host_info") for name in page)
    assert "promscope_host_cpu_cores" not in page
    await runner.close()
