"""promtool and amtool, as the tests call them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path


def run(program: str, *arguments: str | Path, cwd: Path | None = None) -> str:
    """All it printed. Fails the test if the program is not here or says that something is wrong."""
    path = shutil.which(program)
    assert path is not None, f"{program} is not on PATH; make test-tools installs it"
    done = subprocess.run(
        [path, *map(str, arguments)],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, f"{program} {' '.join(map(str, arguments))}\n{done.stdout}"
    return done.stdout
