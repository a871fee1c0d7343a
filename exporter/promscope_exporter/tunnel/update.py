"""New limits and restart policy of a container, as its engine takes them.

Source: Docker Engine API 1.41, POST /containers/{id}/update. A limit cannot be taken away there,
only set.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

POLICIES = ("no", "always", "unless-stopped", "on-failure")
#: The engine takes no less.
LEAST_MEMORY = 6 * 1024 * 1024
MOST_MEMORY = 2**50
LEAST_CORES, MOST_CORES = 0.01, 4096
MOST_RETRIES = 1_000_000

_NANO = 1_000_000_000


class InvalidUpdate(ValueError):
    """It cannot be asked for; the text says why."""


def document(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The engine's document for `cpu_limit_cores`, `memory_limit_bytes`, `restart_policy` and, with
    on-failure, `restart_maximum_retries`. Raises InvalidUpdate."""
    rest = dict(parameters)
    cores = rest.pop("cpu_limit_cores", None)
    memory = rest.pop("memory_limit_bytes", None)
    policy = rest.pop("restart_policy", None)
    retries = rest.pop("restart_maximum_retries", None)
    if rest:
        raise InvalidUpdate(f"update does not take {min(rest)[:40]!r}")
    found: dict[str, Any] = {}
    if cores is not None:
        if type(cores) not in (int, float) or not LEAST_CORES <= cores <= MOST_CORES:
            raise InvalidUpdate(f"cpu_limit_cores is a number from {LEAST_CORES} to {MOST_CORES}")
        found["NanoCpus"] = round(cores * _NANO)
    if memory is not None:
        if type(memory) is not int or not LEAST_MEMORY <= memory <= MOST_MEMORY:
            raise InvalidUpdate(
                f"memory_limit_bytes is a whole number from {LEAST_MEMORY} to {MOST_MEMORY}"
            )
        # Of memory and swap together; as the engine sets it for a new container.
        found |= {"Memory": memory, "MemorySwap": 2 * memory}
    if policy is not None:
        if policy not in POLICIES:
            raise InvalidUpdate(f"restart_policy is one of {', '.join(POLICIES)}")
        found["RestartPolicy"] = {"Name": policy, "MaximumRetryCount": 0}
    if retries is not None:
        if policy != "on-failure" or type(retries) is not int or not 0 <= retries <= MOST_RETRIES:
            raise InvalidUpdate(
                "restart_maximum_retries is a whole number, with restart_policy on-failure"
            )
        found["RestartPolicy"]["MaximumRetryCount"] = retries
    if not found:
        raise InvalidUpdate("name a limit or a restart policy")
    return found
