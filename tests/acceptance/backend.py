"""The store of metrics behind the product: Prometheus, or what PROMSCOPE_TEST_BACKEND names."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import requests

from stack.child import Process, healthy, tail
from tests.acceptance.patience import until

_CONFIGURATION = """
global:
  scrape_interval: {interval}
  scrape_timeout: {timeout}
{external}scrape_configs:
  - job_name: promscope-exporter
{how}    static_configs:
      - targets: [{targets}]
"""
_JOB = """\
  - job_name: {name}
    static_configs:
      - targets: ["{address}"]
"""


def program() -> str:
    """The binary to test with. Raises FileNotFoundError with the remedy if there is none."""
    chosen = os.environ.get("PROMSCOPE_TEST_BACKEND") or "prometheus"
    found = shutil.which(chosen)
    if found is None:
        raise FileNotFoundError(f"{chosen} is not here; on Debian: apt install prometheus")
    return found


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample as it was scraped: Unix seconds and value."""

    at: float
    value: float


class Backend:
    """A store of its own folder and port that scrapes the given exporters, at moments of its own
    if it has a name of its own. `how`: further lines of its scrape configuration; `rules`: a file
    of alerts (VictoriaMetrics has none: there another program evaluates them and writes); `jobs`:
    further jobs, by name, and the address of each."""

    def __init__(
        self,
        folder: Path,
        port: int,
        targets: Sequence[str],
        interval: str,
        replica: str = "",
        how: str = "",
        rules: str = "",
        jobs: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        folder.mkdir(parents=True)
        binary = program()
        self.url = f"http://127.0.0.1:{port}"
        self.is_victoria = "victoria" in Path(binary).name
        config = folder / "scrape.yml"
        quoted = ", ".join(f'"{target}"' for target in targets)
        timeout = interval if interval in ("1s", "2s", "5s") else "10s"
        external = f"  external_labels: {{replica: {replica}}}\n" if replica else ""
        config.write_text(
            _CONFIGURATION.format(
                interval=interval, timeout=timeout, targets=quoted, external=external, how=how
            )
            + "".join(_JOB.format(name=name, address=jobs[name]) for name in jobs)
        )
        if rules and not self.is_victoria:
            (folder / "rules.yml").write_text(rules)
            config.write_text(f"{config.read_text()}rule_files: [rules.yml]\n")
        flags, health = self._flags(config, folder / "data", port)
        self.process = Process("backend", [binary, *flags], folder / "log", f"{self.url}{health}")

    def _flags(self, config: Path, data: Path, port: int) -> tuple[list[str], str]:
        if self.is_victoria:
            return [
                f"-promscrape.config={config}",
                f"-storageDataPath={data}",
                f"-httpListenAddr=127.0.0.1:{port}",
                "-retentionPeriod=1d",
            ], "/health"
        return [
            f"--config.file={config}",
            f"--storage.tsdb.path={data}",
            f"--web.listen-address=127.0.0.1:{port}",
        ], "/-/ready"

    def start(self) -> None:
        self.process.start()
        until(
            lambda: healthy(self.process.health) or self._still_runs(),
            "a healthy backend",
        )

    def _still_runs(self) -> bool:
        if self.process.ended():
            raise RuntimeError(f"the backend ended:\n{tail(self.process.log)}")
        return False

    def kill(self) -> None:
        """As a crash would."""
        assert self.process.pid is not None
        os.kill(self.process.pid, signal.SIGKILL)
        until(self.process.ended, "a dead backend")

    def stop(self) -> None:
        self.process.stop()

    def write(self, samples: str) -> None:
        """Write samples of now, as who evaluates rules for VictoriaMetrics does."""
        url = f"{self.url}/api/v1/import/prometheus"
        requests.post(url, data=samples, timeout=10).raise_for_status()

    def query(self, promql: str) -> list[dict[str, Any]]:
        """The result of an instant query."""
        # VictoriaMetrics looks 30 s into the past unless told.
        asked = {"query": promql, "latency_offset": "1ms"}
        answer = requests.get(f"{self.url}/api/v1/query", params=asked, timeout=10)
        answer.raise_for_status()
        result: list[dict[str, Any]] = answer.json()["data"]["result"]
        return result

    def samples(self, selector: str, seconds: int) -> list[tuple[Mapping[str, str], list[Sample]]]:
        """(labels, raw samples) of each series of the selector over the last seconds."""
        return [
            (series["metric"], [Sample(float(at), float(value)) for at, value in series["values"]])
            for series in self.query(f"{selector}[{seconds}s]")
        ]
