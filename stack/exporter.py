"""The exporter as a child: as root if it may be, else with what this user may see."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from stack.places import ROOT
from stack.terminal import say

_PROMPT = "[sudo] password for %u, to start the exporter as root: "


def may_ask(environment: Mapping[str, str] = os.environ) -> str | None:
    """None if the exporter can get root here; else the sentence that says why not."""
    if os.geteuid() == 0:
        return None
    if environment.get("SUDO", "").lower() == "no":
        return "SUDO=no was given"
    if shutil.which("sudo") is None:
        return "there is no sudo here"
    return None


class RootedExporter:
    """The exporter held by `stack.rooted`; see there for the protocol."""

    name = "exporter"

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        health: str,
        *,
        leave_kernel: bool,
        restore: Mapping[str, str | None],
    ) -> None:
        self.log, self.health = log, health
        self.kernel: dict[str, str | None] = {}
        self.not_restored: list[str] = []
        self.restored = False
        self._end: str | None = None
        self._ready = threading.Event()
        arguments = ["--leave-kernel"] if leave_kernel else []
        if restore:
            arguments += ["--restore", json.dumps(dict(restore))]
        # -B for the same reason as in stack.rooted: no bytecode of root's.
        self._command = [
            *([] if os.geteuid() == 0 else ["sudo", "-p", _PROMPT, "--"]),
            *(sys.executable, "-B", "-m", "stack.rooted", *arguments, "--", *command),
        ]
        self._holder: subprocess.Popen[str] | None = None

    def hold(self) -> bool:
        """Get root and change the kernel; false if that was refused."""
        with self.log.open("ab") as log:
            self._holder = subprocess.Popen(
                self._command,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # A refusal of sudo is for the user to read; afterwards all goes to the log.
                stderr=log,
                text=True,
            )
        assert self._holder.stdout is not None
        threading.Thread(target=self._listen, args=(self._holder.stdout,), daemon=True).start()
        self._ready.wait()
        return self._holder.poll() is None and self._end is None

    def _listen(self, reports: IO[str]) -> None:
        for line in reports:
            try:
                self._take(json.loads(line))
            except ValueError:
                say(line.rstrip())
        self._end = self._end or "could not get root"
        self._ready.set()

    def _take(self, report: Mapping[str, Any]) -> None:
        match report["event"]:
            case "ready":
                self.kernel = report["kernel"]
                self._ready.set()
            case "started":
                self._end = None
            case "ended":
                status = report["status"]
                self._end = f"ended with status {status}"
            case "restored":
                self.restored, self.not_restored = True, report["failed"]

    def start(self) -> None:
        assert self._holder is not None
        assert self._holder.stdin is not None
        self._end = None
        try:
            self._holder.stdin.write("start\n")
            self._holder.stdin.flush()
        except OSError:
            self._end = "lost its holder"

    def ended(self) -> str | None:
        return self._end

    def stop(self) -> None:
        """Let go of the leash; the holder stops the exporter and restores the kernel."""
        if self._holder is None or self._holder.stdin is None:
            return
        with contextlib.suppress(OSError):
            self._holder.stdin.close()
        try:
            self._holder.wait(20)
        except subprocess.TimeoutExpired:
            say("The exporter does not stop; it was started as root, so only root can end it.")
