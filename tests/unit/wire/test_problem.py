import msgspec

from promscope_wire.problem import Problem


def test_a_problem_without_a_detail_takes_no_room_for_it() -> None:
    assert msgspec.json.encode(Problem("gone", "The container is gone")) == (
        b'{"kind":"gone","title":"The container is gone"}'
    )
