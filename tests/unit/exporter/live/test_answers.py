from promscope_exporter.live.answers import answers
from tests.unit.exporter.fakes import HOST, Tree, context


def test_every_question_has_its_own_answer(tmp_path):
    proc = Tree(tmp_path / "proc")
    proc.write("uptime", "100000.00 1.0\n")
    proc.write("stat", "btime 1700000000\n")
    proc.process(11, "sshd")
    live = answers(context(tmp_path))
    assert [one.pid for one in live.processes(HOST.node)] == [11]
    assert {live.processes, live.connections, live.inspection, live.changes}
