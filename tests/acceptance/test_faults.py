"""Exporter and API are killed and stopped at random while somebody acts: what was acknowledged was
done once and recorded once, and afterwards everything works again.

PROMSCOPE_FAULT_SEED repeats the faults of a run, PROMSCOPE_FAULT_SECONDS makes it longer.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from promscope_api.audit.chain import read
from promscope_api.audit.heads import Heads
from promscope_api.audit.log import chain_files
from promscope_api.audit.verify import verify
from promscope_api.store.store import Store
from stack.child import Process
from stack.places import script
from tests.acceptance.ledger import NODE, Ledger
from tests.acceptance.patience import until
from tests.acceptance.product import Product, free_port

FAULTY_SECONDS = float(os.environ.get("PROMSCOPE_FAULT_SECONDS") or 10.0)
SOON = 90


@dataclass
class Acts:
    """Renames the container again and again; `done` has name → operation id of what was
    acknowledged, `asked` every name that was tried."""

    url: str
    token: str
    asked: list[str] = field(default_factory=list)
    done: dict[str, str] = field(default_factory=dict)
    ended: threading.Event = field(default_factory=threading.Event)

    def once(self) -> bool:
        name = f"op-{len(self.asked)}"
        self.asked.append(name)
        try:
            answer = requests.post(
                f"{self.url}/api/v1/nodes/{NODE}/actions/rename",
                json={"name": name},
                headers={"Authorization": f"Bearer {self.token}"},
                timeout=30,
            )
        except requests.RequestException:
            return False  # nobody knows what became of it
        if answer.status_code != 200 or answer.json()["status"] != "done":
            return False
        self.done[name] = answer.json()["operation_id"]
        return True

    def run(self) -> None:
        while not self.ended.is_set():
            self.once()
            self.ended.wait(0.05)


def operator(storage: Path, *command: str) -> str:
    done = subprocess.run(
        [script("promscope"), *command, "--storage.path", str(storage)],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()[-1]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path) as engine:
        yield engine


def test_what_was_acknowledged_happened_once_and_is_recorded_once(
    tmp_path: Path, ledger: Ledger
) -> None:
    seed = int(os.environ.get("PROMSCOPE_FAULT_SEED") or random.SystemRandom().randrange(2**32))
    print(f"PROMSCOPE_FAULT_SEED={seed}")
    storage = tmp_path / "storage"
    storage.mkdir(mode=0o700)
    Product.write_secret(tmp_path / "join", operator(storage, "probes", "invite", "faults"))
    url = f"http://127.0.0.1:{free_port()}"
    acts = Acts(url, operator(storage, "tokens", "create", "faults", "--role", "operator"))
    api = Process(
        "api",
        [
            script("promscope-api"),
            f"--web.listen-address={url.removeprefix('http://')}",
            "--prometheus.url=http://127.0.0.1:9",
            f"--storage.path={storage}",
        ],
        tmp_path / "api.log",
        "",
    )
    exporter = Process(
        "exporter",
        [
            script("promscope-exporter"),
            f"--web.listen-address=127.0.0.1:{free_port()}",
            "--control=lifecycle",
            f"--docker.host={ledger.docker_host}",
            f"--api.url={url}",
            f"--api.join-token-file={tmp_path / 'join'}",
            f"--storage.path={tmp_path / 'probe'}",
        ],
        tmp_path / "exporter.log",
        "",
    )
    try:
        api.start()
        exporter.start()
        until(acts.once, f"an action that is done; {tmp_path}", SOON)
        acting = threading.Thread(target=acts.run)
        acting.start()
        try:
            disturb(random.Random(seed), [api, exporter])
        finally:
            acts.ended.set()
            acting.join()
        until(acts.once, "an action that is done after all faults", SOON)
    finally:
        for process in (exporter, api):
            process.stop()
    assert len(acts.done) >= 2
    judge(acts, ledger, storage)


def disturb(chance: random.Random, processes: list[Process]) -> None:
    """Kill or stop one of them, again and again; a killed one is started anew."""
    end = time.monotonic() + FAULTY_SECONDS
    while time.monotonic() < end:
        victim = chance.choice(processes)
        assert victim.pid is not None
        if chance.random() < 0.5:
            os.kill(victim.pid, signal.SIGKILL)
            until(victim.ended, f"a dead {victim.name}", SOON)
            victim.start()
        else:
            os.kill(victim.pid, signal.SIGSTOP)
            time.sleep(chance.uniform(0.1, 1.5))
            os.kill(victim.pid, signal.SIGCONT)
        time.sleep(chance.uniform(0.0, 2.0))


def judge(acts: Acts, ledger: Ledger, storage: Path) -> None:
    audit = storage / "audit"
    with Store.open(storage) as store:
        assert [one for one in verify(audit, Heads(store).all()) if one.problem] == []
    found: Counter[tuple[str, str, str]] = Counter()
    for path in chain_files(audit):
        for line in path.read_bytes().splitlines():
            fields, _ = read(line)
            if fields["event.action"] == "container-rename":
                phase = fields["promscope.operation.phase"]
                found[fields["promscope.operation.id"], phase, fields["event.outcome"]] += 1
    for name, operation in acts.done.items():
        assert ledger.renamed[name] == 1, f"{name} was acknowledged"
        assert found[operation, "intent", "unknown"] == 1
        assert found[operation, "outcome", "success"] == 1
    assert set(ledger.renamed) <= set(acts.asked)
    assert set(ledger.renamed.values()) <= {1}, "nothing was done twice"
    intents = sum(number for (_, phase, _), number in found.items() if phase == "intent")
    assert len(ledger.renamed) <= intents, "nothing was done without a record before it"
