"""T1 for the sign-in code: twice, after it expired, and 50 at once: exactly one wins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from promscope_api.security.codes import SignInCodes
from promscope_api.security.ratelimit import Limiter
from promscope_api.security.refusal import Refused
from promscope_api.store.store import Store
from tests.trust.web import Web

AT_ONCE = 50


def test_fifty_at_once(tmp_path: Path) -> None:
    with Web(tmp_path) as web:
        web.trust.codes._each = web.trust.codes._total = Limiter(1000, 1.0)
        code = web.trust.codes.mint("ada", ("operator",))
        together = Barrier(AT_ONCE)

        def redeem(_: int) -> int:
            together.wait()
            return web.ask("POST", "/api/v1/session", {"code": code}, origin=web.url).status

        with ThreadPoolExecutor(AT_ONCE) as pool:
            statuses = list(pool.map(redeem, range(AT_ONCE)))
        assert sorted(statuses) == [200] + [401] * (AT_ONCE - 1)
        opened = [one["event.outcome"] for one in web.records()]
        assert sorted(opened) == ["failure"] * (AT_ONCE - 1) + ["success"]


def test_fifty_at_once_in_several_processes_stores(tmp_path: Path) -> None:
    """Each with a connection of its own, as several processes have."""
    with Store.open(tmp_path) as store:
        code = SignInCodes(store).mint("ada", ("operator",))
    together = Barrier(8)

    def redeem(_: int) -> bool:
        with Store.open(tmp_path) as store:
            codes = SignInCodes(store)
            together.wait()
            try:
                codes.redeem(code, "")
            except Refused:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(redeem, range(8))) == 1


@pytest.mark.parametrize("late", [False, True])
def test_twice_and_after_it_expired(tmp_path: Path, late: bool) -> None:
    with Web(tmp_path) as web:
        code = web.trust.codes.mint("ada", ("operator",))
        if late:
            with web.trust.store.begin() as connection:
                connection.exec_driver_sql("update sign_in_codes set expires = 1")
        statuses = [web.ask("POST", "/api/v1/session", {"code": code}).status for _ in range(2)]
        assert statuses == ([401, 401] if late else [200, 401])
