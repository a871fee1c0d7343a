"""Inputs that `make fuzz` has found to crash a parser once: none does any more."""

import pytest

from tests.fuzz.__main__ import CASES, targets
from tests.fuzz.fuzzer import crash

FOUND = sorted(CASES.glob("*/*.bin"))


@pytest.mark.parametrize("case", FOUND, ids=lambda case: f"{case.parent.name}-{case.stem}")
def test_a_case_that_was_found(case):
    target = targets(case.parent.name)[case.stem.rpartition("-")[0]]
    error = crash(target, case.read_bytes())
    assert error is None, error
