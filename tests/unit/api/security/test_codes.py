from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promscope_api.security.codes import LIFETIME_SECONDS, Grant, SignInCodes, normalise
from promscope_api.security.refusal import Refused
from promscope_api.store.store import Store
from tests.unit.api.security.test_sessions import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def codes(tmp_path: Path, clock: Clock) -> Iterator[SignInCodes]:
    with Store.open(tmp_path) as store:
        yield SignInCodes(store, now=clock)


def refusal(codes: SignInCodes, code: str, peer: str = "192.0.2.1") -> Refused:
    with pytest.raises(Refused) as refused:
        codes.redeem(code, peer)
    return refused.value


def test_a_code_signs_its_user_in_once(codes: SignInCodes) -> None:
    code = codes.mint("ada", ("operator",))
    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    assert codes.redeem(code, "") == Grant("ada", ("operator",))
    assert refusal(codes, code).reason == "used-code"


def test_it_may_be_typed_as_people_type(codes: SignInCodes) -> None:
    code = codes.mint("ada", ("operator",))
    typed = f"  {code.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')}\n"
    assert codes.redeem(typed, "").user == "ada"


def test_it_is_worth_nothing_after_five_minutes(codes: SignInCodes, clock: Clock) -> None:
    code = codes.mint("ada", ("operator",))
    clock.now += LIFETIME_SECONDS
    assert refusal(codes, code).reason == "expired-code"


def test_all_wrong_codes_are_answered_alike(codes: SignInCodes, clock: Clock) -> None:
    used, late = codes.mint("ada", ("operator",)), codes.mint("ada", ("operator",))
    codes.redeem(used, "")
    clock.now += LIFETIME_SECONDS
    answers = {refusal(codes, code).detail for code in (used, late, "NEVR-WASA-CODE")}
    assert len(answers) == 1


def test_guessing_ends_per_peer_and_locks_nobody_out(codes: SignInCodes) -> None:
    code = codes.mint("ada", ("operator",))
    reasons = [refusal(codes, f"{number:012d}").reason for number in range(6)]
    assert reasons == ["wrong-code"] * 5 + ["too-many-codes"]
    limited = refusal(codes, "wrong")
    assert limited.status == 429
    assert limited.retry_after
    assert codes.redeem(code, "192.0.2.1").user == "ada", "a right code always wins"
    assert refusal(codes, code).reason == "too-many-codes", "once"


def test_guessing_from_many_peers_ends_too(codes: SignInCodes) -> None:
    reasons = {refusal(codes, "wrong", f"192.0.2.{number}").reason for number in range(40)}
    assert reasons == {"wrong-code", "too-many-codes"}


def test_the_code_itself_is_nowhere_on_disk(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        code = SignInCodes(store).mint("ada", ("operator",))
    plain = normalise(code).encode()
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert plain not in content
    assert code.encode() not in content


@given(st.text())
def test_any_text_is_normalised_to_bounded_text(typed: str) -> None:
    assert len(normalise(typed)) <= 3 * 64
