"""Real processes for the acceptance tests: Docker Engine, shop, exporter, Prometheus, API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from demo import image
from demo.shop import Shop
from stack import engine
from stack.places import State
from tests.acceptance.alarm import RULES
from tests.acceptance.product import Product, free_port
from tests.acceptance.scratch import Scratch

SHOP = "t-accept-shop"


@pytest.fixture(scope="session")
def docker_engine() -> Iterator[None]:
    """The engine that runs, or one that is started for these tests."""
    with engine.running():
        yield


@pytest.fixture(scope="session")
def shop(docker_engine: None) -> Iterator[Shop]:
    """The demo, under a name of its own."""
    shop = Shop(SHOP, free_port())
    try:
        shop.up()
        yield shop
    finally:
        shop.down()


@pytest.fixture(scope="session")
def shop_image(docker_engine: None) -> str:
    return image.make(State.of().folder.resolve() / "demo-packages")


@pytest.fixture
def scratch(shop_image: str) -> Iterator[Scratch]:
    with Scratch(shop_image) as scratch:
        yield scratch


@pytest.fixture(scope="session")
def product(docker_engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One that scrapes every 2 s, allows lifecycle actions and has an alert."""
    with Product(tmp_path_factory.mktemp("product") / "state", rules=RULES) as product:
        yield product


@pytest.fixture(scope="module")
def unscraped(docker_engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One whose backend scrapes nothing: what it knows, live events told."""
    folder = tmp_path_factory.mktemp("unscraped") / "state"
    with Product(folder, interval="1h", scraped=False, control="lifecycle,logs,exec") as product:
        yield product
