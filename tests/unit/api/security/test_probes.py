"""Invited once, known from then on, for one host; revoked at once."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from promscope_api.security.probes import MAX_SECONDS, JoinedProbe, Probes
from promscope_api.store.store import Store


def credential() -> str:
    return f"psp_{secrets.token_urlsafe(32)}"


class Joined(list[JoinedProbe]):
    def __call__(self, probe: JoinedProbe) -> None:
        self.append(probe)


def test_a_token_lets_one_probe_in_for_ever(tmp_path: Path) -> None:
    joined = Joined()
    with Store.open(tmp_path) as store:
        probes = Probes(store, now=lambda: 1000.0)
        mine, another = credential(), credential()
        assert probes.admit(mine, "", joined) is None
        token = probes.invite("web-1")
        probe = probes.admit(mine, token, joined)
        assert probe is not None
        assert (probe.name, probe.host_id, probe.joined) == ("web-1", "", 1000.0)
        assert probes.admit(mine, token, joined) == probe, "an answer that was lost costs nothing"
        assert probes.admit(mine, "", joined) == probe
        assert probes.admit(another, token, joined) is None, "the token is used"
        assert joined == probes.all() == [probe]


def test_an_invitation_expires(tmp_path: Path) -> None:
    clock = 0.0
    with Store.open(tmp_path) as store:
        probes = Probes(store, now=lambda: clock)
        token = probes.invite("late", 60.0)
        clock = 60.0
        assert probes.admit(credential(), token, Joined()) is None


def test_what_hinders_the_record_hinders_the_joining(tmp_path: Path) -> None:
    def refuse(_: JoinedProbe) -> None:
        raise OSError("no space left")

    with Store.open(tmp_path) as store:
        probes = Probes(store)
        token, mine = probes.invite("web-1"), credential()
        with pytest.raises(OSError, match="no space"):
            probes.admit(mine, token, refuse)
        assert probes.all() == []
        assert probes.admit(mine, token, Joined()) is not None


def test_the_first_word_says_the_host_for_ever(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        probes = Probes(store)
        probe = probes.admit(credential(), probes.invite("web-1"), Joined())
        assert probe is not None
        assert probes.is_of(probe.id, "host-a")
        assert not probes.is_of(probe.id, "host-b")
        assert probes.is_of(probe.id, "host-a")
        assert probes.all()[0].host_id == "host-a"
        assert not probes.is_of("nobody", "host-a")


def test_a_revoked_probe_needs_a_new_invitation(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        probes = Probes(store)
        mine = credential()
        probe = probes.admit(mine, probes.invite("web-1"), Joined())
        assert probe is not None
        assert probes.alive([probe.id, "another"]) == {probe.id}
        assert probes.revoke(probe.id) == probe
        assert probes.revoke(probe.id) is None
        assert probes.alive([probe.id]) == set()
        assert probes.admit(mine, "", Joined()) is None
        assert probes.admit(mine, probes.invite("again"), Joined()) is not None


@pytest.mark.parametrize("weak", ["", "psp_", "psp_" + "a" * 42, "psp_" + "é" * 43, "x" * 47])
def test_a_weak_credential_is_nobodys(tmp_path: Path, weak: str) -> None:
    with Store.open(tmp_path) as store:
        probes = Probes(store)
        assert probes.admit(weak, probes.invite("web-1"), Joined()) is None


@pytest.mark.parametrize(
    ("name", "seconds"),
    [("", 1.0), ("x" * 65, 1.0), ("a\n", 1.0), ("a", 0.0), ("a", MAX_SECONDS + 1)],
)
def test_what_cannot_be_invited(tmp_path: Path, name: str, seconds: float) -> None:
    with Store.open(tmp_path) as store, pytest.raises(ValueError, match=r"characters|days"):
        Probes(store).invite(name, seconds)
