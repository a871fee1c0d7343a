"""`make run`: exporter, Prometheus and API of this machine, until Ctrl-C."""

from __future__ import annotations

import json
import os
import platform
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from stack import environment, kernel, page, prometheus
from stack.child import Child, Process, Restarts, healthy, tail
from stack.exporter import RootedExporter, may_ask
from stack.places import State, script
from stack.ports import Ports
from stack.refusal import Refusal
from stack.terminal import complain, say, step

_HEALTHY_SECONDS = 60
_LOG_LIMIT = 10_000_000


class Run:
    """One run of the stack. `start` may raise Refusal; `stop` is safe at every moment."""

    def __init__(self, settings: Mapping[str, str] = os.environ) -> None:
        self._settings = settings
        self._ports = Ports.of(settings)
        self._state = State.of(settings)
        self._children: list[Child] = []
        self._restarts: dict[str, Restarts] = {}
        self._rooted: RootedExporter | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._ports.api}/"

    def start(self) -> None:
        """Prepare, start all three, wait until they are healthy, say how to sign in."""
        self._ports.check()
        environment.make()
        page.build()
        self._state.make()
        self._prepare()
        found = prometheus.find(self._state.folder)
        retention = self._settings.get("RETENTION") or prometheus.RETENTION
        config = prometheus.configure(self._state.folder, self._ports)
        flags = prometheus.flags(config, self._state.prometheus, self._ports.prometheus, retention)
        say(f"· Prometheus: {found.origin}")
        say(f"  --storage.tsdb.retention.time={retention} (another one: make run RETENTION=30d)")
        self._add(
            Process(
                "Prometheus",
                [*found.command, *flags],
                self._log("prometheus"),
                f"http://127.0.0.1:{self._ports.prometheus}/-/ready",
            )
        )
        self._add(Process("API", self._api_command(), self._log("api"), f"{self.url}-/ready"))
        self._start_exporter()
        with step("waiting until exporter, Prometheus and API are healthy"):
            self._wait()
        self._welcome()

    def watch(self) -> None:
        """Look after the children until interrupted. Raises Refusal when one keeps dying."""
        while True:
            time.sleep(0.5)
            for child in self._children:
                how = child.ended()
                if how is None:
                    continue
                say(f"{child.name} {how}. The end of {child.log}:\n{tail(child.log)}")
                if not self._restarts.setdefault(child.name, Restarts()).allowed():
                    raise Refusal(f"{child.name} does not stay up, so everything is stopped.")
                say(f"Starting {child.name} again.")
                child.start()

    def stop(self) -> None:
        """Stop what was started, in the reverse order, and restore the kernel settings."""
        for child in reversed(self._children):
            child.stop()
        rooted = self._rooted
        if rooted is not None:
            rooted.stop()
            self._restored(rooted)
        if self._children:
            say("Stopped.")

    def _restored(self, rooted: RootedExporter) -> None:
        if not rooted.kernel:
            return
        if rooted.restored and not rooted.not_restored:
            self._state.kernel.unlink(missing_ok=True)
            say(f"Restored {_settings_text(rooted.kernel)}.")
        else:
            names = " ".join(f"{name}={value or 0}" for name, value in rooted.kernel.items())
            complain(f"Could not restore the kernel settings; as root: sysctl -w {names}")

    def _prepare(self) -> None:
        if not self._state.secret.exists():
            descriptor = os.open(self._state.secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(32) + "\n")
        sentence = kernel.too_old(platform.release())
        if sentence:
            say(f"! {sentence}")
        sentence = engine_missing(self._settings)
        if sentence:
            say(f"! {sentence}")

    def _add(self, child: Child) -> None:
        self._children.append(child)
        child.start()

    def _log(self, name: str) -> Path:
        file = self._state.logs / f"{name}.log"
        if file.exists() and file.stat().st_size > _LOG_LIMIT:
            file.replace(file.with_suffix(".log.1"))
        file.touch(mode=0o600)
        return file

    def _api_command(self) -> list[str]:
        return [
            script("promscope-api"),
            f"--web.listen-address=127.0.0.1:{self._ports.api}",
            f"--prometheus.url=http://127.0.0.1:{self._ports.prometheus}",
            "--scrape.interval=15s",
            f"--storage.path={self._state.storage}",
            f"--tunnel.secret-file={self._state.secret}",
            "--auth.local-viewer",
        ]

    def _exporter_command(self) -> list[str]:
        engine = self._settings.get("DOCKER_HOST")
        return [
            script("promscope-exporter"),
            f"--web.listen-address=127.0.0.1:{self._ports.exporter}",
            "--scrape.interval=15s",
            "--control=lifecycle",
            "--control=logs",
            "--control=exec",
            f"--api.url=http://127.0.0.1:{self._ports.api}",
            f"--api.secret-file={self._state.secret}",
            *([f"--docker.host={engine}"] if engine else []),
        ]

    def _start_exporter(self) -> None:
        health = f"http://127.0.0.1:{self._ports.exporter}/-/healthy"
        log, command = self._log("exporter"), self._exporter_command()
        reason = may_ask(self._settings)
        if reason is None:
            refused = self._settings.get("ACCT", "").lower() == "no"
            if os.geteuid() != 0:
                say(
                    "· The exporter needs root: to see the sockets and processes of every"
                    " container and user, to talk to the Docker Engine, and to switch byte counting"
                    " on. Everything else stays yours. sudo may ask for your password now."
                )
            rooted = RootedExporter(
                command, log, health, leave_kernel=refused, restore=self._left_over()
            )
            self._rooted = rooted
            if rooted.hold():
                self._announce(rooted.kernel, refused)
                self._add(rooted)
                return
            reason = "sudo was refused"
        say(
            f"! The exporter runs without root ({reason}): the map is degraded. It shows what this"
            " user may see, and connections without their processes and bytes in part; the page"
            " says what is missing. The remedy: run this as root or allow sudo."
        )
        self._add(Process("exporter", command, log, health))

    def _left_over(self) -> dict[str, str | None]:
        """What an earlier run that was killed could not restore."""
        try:
            found = json.loads(self._state.kernel.read_text())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _announce(self, former: Mapping[str, str | None], refused: bool) -> None:
        if refused:
            say("· ACCT=no: the kernel stays as it is; UDP edges say “bytes unknown”.")
        elif former:
            self._state.kernel.write_text(json.dumps(dict(former)))
            say(f"· Kernel settings changed until this ends: {_settings_text(former, now='1')}.")
            for setting in kernel.SETTINGS:
                if setting.name in former:
                    say(f"    {setting.name}: {setting.purpose}")
            say("    ACCT=no make run leaves them alone.")
        else:
            say("· Kernel settings for byte counting are on already; nothing was changed.")

    def _wait(self) -> None:
        waiting = list(self._children)
        end = time.monotonic() + _HEALTHY_SECONDS
        while waiting:
            for child in list(waiting):
                how = child.ended()
                if how is not None:
                    raise Refusal(
                        f"{child.name} {how} before it was healthy."
                        f" The end of {child.log}:\n{tail(child.log)}"
                    )
                if healthy(child.health):
                    say(f"  {child.name} is healthy")
                    waiting.remove(child)
            if waiting and time.monotonic() > end:
                names = " and ".join(child.name for child in waiting)
                tails = "\n".join(f"  {child.log}:\n{tail(child.log)}" for child in waiting)
                raise Refusal(f"{names}: not healthy after {_HEALTHY_SECONDS} s.\n{tails}")
            time.sleep(0.1)

    def _welcome(self) -> None:
        done = subprocess.run(
            [script("promscope"), "sign-in-code", "--storage.path", str(self._state.storage)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Refusal(f"No sign-in code could be made: {done.stderr.strip()[-500:]}")
        code = done.stdout.split()[-1]
        say()
        say(f"The map:      {self.url}")
        say(f"Prometheus:   http://127.0.0.1:{self._ports.prometheus}/")
        say(f"Logs, data:   {self._state.folder}")
        say("Watching needs no sign-in on this machine. To act, sign in on the page with this code")
        say("(once, within 5 minutes; or open the address with #code=… behind it):")
        say(f"Sign-in code: {code}")
        say("Ctrl-C stops everything that was started here.")


def _settings_text(former: Mapping[str, str | None], now: str | None = None) -> str:
    def value(old: str | None) -> str:
        return now or ("0" if old is None else old)

    return ", ".join(f"{name}={value(old)}" for name, old in former.items())


def engine_missing(settings: Mapping[str, str]) -> str | None:
    """A sentence if no Docker Engine is here to ask; None if there is one."""
    host = settings.get("DOCKER_HOST") or "unix:///var/run/docker.sock"
    if not host.startswith("unix://") or Path(host.removeprefix("unix://")).is_socket():
        return None
    remedy = "start it" if shutil.which("dockerd") else "install and start one"
    return (
        f"No Docker Engine at {host}: hosts, processes and connections are shown, containers are"
        f" missing until you {remedy}; they then appear by themselves."
    )


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Run until Ctrl-C (0) or until something is in the way (Refusal)."""
    signal.signal(signal.SIGTERM, _interrupted)
    signal.signal(signal.SIGHUP, _interrupted)
    run = Run()
    try:
        run.start()
        run.watch()
    except KeyboardInterrupt:
        say("\nStopping.")
    finally:
        # A second Ctrl-C must not leave half of it running.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        run.stop()
    return 0
