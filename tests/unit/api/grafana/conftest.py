from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.api.grafana.fake_grafana import Grafana, serving


@pytest.fixture
def grafana() -> Iterator[Grafana]:
    with serving(Grafana()) as grafana:
        yield grafana
