"""A user who is not root, for the length of a test, with a checkout of their own."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from stack import page, tools
from stack.places import PAGE, PLUGIN, ROOT

_SUDOERS = Path("/etc/sudoers.d")


class User:
    """Made with useradd, removed with all files; use it as a context manager (as root)."""

    def __init__(self, home: Path) -> None:
        self.name = f"t-run-{secrets.token_hex(3)}"
        self.home = home
        self.checkout = home / "promscope"

    def __enter__(self) -> Self:
        _run("useradd", "--no-create-home", "--home-dir", str(self.home), self.name)
        self.uid = pwd.getpwnam(self.name).pw_uid
        try:
            self._copy()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.allow_sudo(False)
        # A process of theirs that was left would keep the user alive.
        subprocess.run(["userdel", "--force", self.name], capture_output=True, check=False)
        shutil.rmtree(self.home, ignore_errors=True)

    def _copy(self) -> None:
        """A fresh clone with uncommitted changes, and the page as it is built already."""
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        for name in filter(None, listed.stdout.split("\0")):
            source, target = ROOT / name, self.checkout / name
            if not source.is_file():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
        shutil.copytree(PAGE, self.checkout / PAGE.relative_to(ROOT), dirs_exist_ok=True)
        plugin = self.checkout / PLUGIN.relative_to(ROOT)
        stamp = plugin / "node_modules" / ".promscope-page"
        stamp.parent.mkdir(parents=True)
        stamp.write_text(page.fingerprint(plugin))
        _run("chown", "-R", f"{self.name}:", str(self.home))

    def allow_sudo(self, allowed: bool) -> None:
        """Whether sudo lets this user do everything without a password."""
        rule = _SUDOERS / self.name
        if allowed:
            rule.touch(mode=0o440)
            rule.write_text(f"{self.name} ALL=(ALL) NOPASSWD: ALL\n")
        else:
            rule.unlink(missing_ok=True)

    def command(self, *arguments: str) -> list[str]:
        return [tools.find("runuser"), "-u", self.name, "--", *arguments]

    def environment(self, **more: str) -> Mapping[str, str]:
        """What their shell would have: no path or home of root's."""
        kept = {key: value for key, value in os.environ.items() if key.startswith("PIP_")}
        return {**kept, "HOME": str(self.home), "PATH": "/usr/local/bin:/usr/bin:/bin", **more}

    def files_of_others(self) -> list[Path]:
        """Files below their home that are not theirs."""
        return [path for path in self.home.rglob("*") if path.lstat().st_uid != self.uid]


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
