"""What of a container may be updated, and as what the engine takes it."""

from __future__ import annotations

from typing import Any

import pytest

from promscope_exporter.tunnel.update import InvalidUpdate, document


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"cpu_limit_cores": 0.5}, {"NanoCpus": 500_000_000}),
        ({"cpu_limit_cores": 2}, {"NanoCpus": 2_000_000_000}),
        ({"memory_limit_bytes": 2**26}, {"Memory": 2**26, "MemorySwap": 2**27}),
        (
            {"restart_policy": "always"},
            {"RestartPolicy": {"Name": "always", "MaximumRetryCount": 0}},
        ),
        (
            {"restart_policy": "on-failure", "restart_maximum_retries": 3, "cpu_limit_cores": 1},
            {
                "NanoCpus": 1_000_000_000,
                "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 3},
            },
        ),
    ],
)
def test_what_the_engine_gets(parameters: dict[str, Any], expected: dict[str, Any]) -> None:
    assert document(parameters) == expected


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({}, "name a limit"),
        ({"cpu_limit_cores": 0}, "from 0.01"),
        ({"cpu_limit_cores": float("nan")}, "from 0.01"),
        ({"cpu_limit_cores": True}, "from 0.01"),
        ({"cpu_limit_cores": "1"}, "from 0.01"),
        ({"memory_limit_bytes": 1}, "whole number"),
        ({"memory_limit_bytes": 1e9}, "whole number"),
        ({"memory_limit_bytes": 2**63}, "whole number"),
        ({"restart_policy": "sometimes"}, "unless-stopped"),
        ({"restart_policy": ["always"]}, "unless-stopped"),
        ({"restart_policy": "always", "restart_maximum_retries": 3}, "on-failure"),
        ({"restart_maximum_retries": 3}, "on-failure"),
        ({"restart_policy": "on-failure", "restart_maximum_retries": -1}, "on-failure"),
        ({"Devices": []}, "does not take 'Devices'"),
    ],
)
def test_what_it_never_gets(parameters: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidUpdate, match=words):
        document(parameters)
