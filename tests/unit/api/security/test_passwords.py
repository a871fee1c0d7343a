from __future__ import annotations

import threading

import pytest

from promscope_api.security import passwords as module
from promscope_api.security.passwords import MAX_LENGTH, MIN_LENGTH, Passwords, WeakPassword
from promscope_api.security.refusal import Refused

GOOD = "correct horse battery"


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords()


def test_it_is_argon2id_and_never_the_same_twice(passwords: Passwords) -> None:
    first, second = passwords.hash(GOOD), passwords.hash(GOOD)
    assert first.startswith("$argon2id$")
    assert first != second
    assert passwords.fits(first, GOOD)
    assert passwords.fits(second, GOOD)


@pytest.mark.parametrize("wrong", ["", GOOD + " ", GOOD.upper(), "x" * 1_000_000, "\ud800", "\0"])
def test_no_other_password_fits(passwords: Passwords, wrong: str) -> None:
    assert not passwords.fits(passwords.hash(GOOD), wrong)


def test_a_user_there_is_not_has_no_password(passwords: Passwords) -> None:
    assert not passwords.fits(None, GOOD)
    assert not passwords.fits(None, "nobody's password")
    assert not passwords.fits("not a hash", GOOD)


def test_composed_and_decomposed_letters_are_the_same(passwords: Passwords) -> None:
    assert passwords.fits(passwords.hash("gr\u00fc\u00dfe an alle"), "gru\u0308\u00dfe an alle")


@pytest.mark.parametrize("password", ["", "x" * (MIN_LENGTH - 1), "x" * (MAX_LENGTH + 1)])
def test_short_and_endless_ones_are_not_taken(passwords: Passwords, password: str) -> None:
    with pytest.raises(WeakPassword, match=f"{MIN_LENGTH} to {MAX_LENGTH}"):
        passwords.hash(password)


def test_whoever_waits_too_long_for_a_turn_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WAIT_SECONDS", 0.01)
    passwords = Passwords()
    passwords._turns = threading.BoundedSemaphore(1)
    passwords._turns.acquire()
    with pytest.raises(Refused) as refused:
        passwords.fits(None, GOOD)
    assert (refused.value.status, refused.value.retry_after) == (503, 5)
