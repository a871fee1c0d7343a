"""`python -m tests.fuzz [--seconds N] [--seed N] [FUZZER…]`: all fuzzers side by side.

The status is 1 when one found a crash; its input is then below tests/fuzz/cases/ (`--cases`), and
tests/hostile/test_fuzz_cases.py will hold it from then on.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import logging
import secrets
import subprocess
import sys
import traceback
from pathlib import Path

from tests.fuzz.fuzzer import Crash, fuzz
from tests.fuzz.target import Targets

FUZZERS = ("procfs", "cgroup", "netlink", "docker", "tunnel")
CASES = Path(__file__).with_name("cases")


def targets(fuzzer: str) -> Targets:
    """What the fuzzer gives inputs to."""
    found: Targets = importlib.import_module(f"tests.fuzz.{fuzzer}").TARGETS
    return found


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.fuzz", description=__doc__)
    parser.add_argument("fuzzers", nargs="*", metavar="FUZZER", help=", ".join(FUZZERS))
    parser.add_argument("--seconds", type=float, default=600, help="for how long (default: 600)")
    parser.add_argument("--seed", type=int, help="of the random numbers (default: a new one)")
    parser.add_argument("--cases", type=Path, default=CASES, help="where crashes are put")
    chosen = parser.parse_args()
    names = chosen.fuzzers or FUZZERS
    if set(names) - set(FUZZERS):
        parser.error(f"there are the fuzzers {', '.join(FUZZERS)}")
    seed = secrets.randbits(32) if chosen.seed is None else chosen.seed
    logging.disable()
    if len(names) == 1:
        return _one(names[0], seed, chosen.seconds, chosen.cases)
    command = [sys.executable, "-m", "tests.fuzz", f"--seconds={chosen.seconds}"]
    command += [f"--seed={seed}", f"--cases={chosen.cases}"]
    running = [subprocess.Popen([*command, name]) for name in names]
    return max(one.wait() for one in running)


def _one(name: str, seed: int, seconds: float, cases: Path) -> int:
    print(f"{name}: seed {seed}, {seconds:g} s", flush=True)
    tried, found = fuzz(targets(name), seed, seconds)
    if found is None:
        print(f"{name}: {tried} inputs, no crash", flush=True)
        return 0
    print(f"{name}: {tried} inputs, then {found.target} crashed", flush=True)
    print("".join(traceback.format_exception(found.error)), flush=True)
    print(f"input ({len(found.data)} bytes): {found.data[:2000]!r}", flush=True)
    print(f"kept as {_keep(name, found, cases)}", flush=True)
    return 1


def _keep(name: str, found: Crash, cases: Path) -> Path:
    digest = hashlib.sha256(found.data).hexdigest()[:8]
    path = cases / name / f"{found.target}-{digest}.bin"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(found.data)
    return path


if __name__ == "__main__":
    sys.exit(main())
