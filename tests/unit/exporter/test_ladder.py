import pytest

from promscope_exporter.ladder import HIGHEST, WINDOW_SCRAPES, Ladder


class Load:
    """A probe that is scraped every 15 s."""

    def __init__(self, budget, start=0, second=0):
        """`start`, `second`: the percent that the first two scrapes cost."""
        self.ladder = Ladder(budget, 15.0)
        self.now = self.cpu = 0.0
        self.ladder.observe(self.now, self.cpu)
        for percent in (start, second):
            self.now += 15
            self.cpu += 15 * percent / 100
            self.ladder.observe(self.now, self.cpu)

    def windows(self, count, percent):
        """Windows in which reading all would cost so much; the steps it stands on."""
        steps = []
        for _ in range(count):
            for _ in range(WINDOW_SCRAPES):
                self.now += 15
                self.cpu += 15 * percent / 100 / self.ladder.scrapes_per_read
                self.ladder.observe(self.now, self.cpu)
            steps.append(self.ladder.scrapes_per_read)
        return steps


def test_it_climbs_until_the_budget_holds_and_stays_there():
    assert Load(5).windows(6, percent=18) == [4] * 6


def test_the_second_scrape_decides_where_it_begins():
    assert Load(5, start=80, second=4).ladder.scrapes_per_read == 1
    assert Load(5, start=80, second=18).ladder.scrapes_per_read == 4
    assert Load(5, start=80, second=18).windows(3, percent=18) == [4] * 3


def test_it_comes_down_when_the_load_is_gone():
    load = Load(5)
    load.windows(4, percent=30)
    assert load.windows(5, percent=1) == [4, 2, 1, 1, 1]


def test_it_has_an_end():
    assert Load(1).windows(6, percent=100)[-1] == HIGHEST


def test_within_the_budget_all_is_read():
    assert Load(5).windows(5, percent=4.9) == [1] * 5


def test_one_busy_scrape_changes_nothing():
    load = Load(5)
    load.cpu += 15 * 0.12
    assert load.windows(3, percent=1) == [1, 1, 1]


@pytest.mark.parametrize("percent", [1, 100])
def test_no_budget_is_no_limit(percent):
    assert Load(0).windows(5, percent) == [1] * 5
