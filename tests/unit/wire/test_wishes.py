import msgspec
import pytest

from promscope_wire.wishes import LogsWish


def test_a_wish_takes_only_the_room_of_what_is_wished() -> None:
    assert msgspec.to_builtins(LogsWish(tail=5)) == {"tail": 5}
    assert msgspec.convert({"follow": True}, LogsWish) == LogsWish(follow=True)


@pytest.mark.parametrize("wish", [{"tail": -1}, {"tail": 10**7}, {"since": -1}, {"more": 1}])
def test_what_cannot_be_wished_is_refused(wish: dict[str, int]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wish, LogsWish)
