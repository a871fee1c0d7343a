"""deploy/haproxy.cfg: haproxy itself takes it."""

from __future__ import annotations

import subprocess

from stack import tools
from stack.places import ROOT


def test_haproxy_takes_it() -> None:
    command = [tools.find("haproxy"), "-c", "-f", str(ROOT / "deploy" / "haproxy.cfg")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "warning" not in (done.stdout + done.stderr).lower()
