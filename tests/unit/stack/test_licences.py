import json
from pathlib import Path

import pytest

from stack import licences


@pytest.mark.parametrize(
    "licence", ["MIT", "BSD-3-Clause AND MIT", "Apache-2.0", "GPL-2.0 OR MIT", "MPL-2.0", "ISC"]
)
def test_licences_that_may_be_there(licence: str) -> None:
    assert not licences.refused(licence)


@pytest.mark.parametrize(
    "licence",
    ["GPL-3.0-only", "AGPL-3.0", "LGPL-2.1", "MIT AND GPL-2.0", "", "UNKNOWN",
     "GNU General Public License v3 (GPLv3)", "GPL-2.0 OR AGPL-3.0"],
)  # fmt: skip
def test_licences_that_may_not(licence: str) -> None:
    assert licences.refused(licence)


def test_of_npm_only_what_ships_is_asked(tmp_path: Path) -> None:
    package = tmp_path / "node_modules" / "silent"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"license": {"type": "ISC"}}')
    lock = {
        "packages": {
            "": {"license": "Apache-2.0"},
            "core": {"license": "Apache-2.0"},
            "node_modules/@promscope/core": {"link": True},
            "node_modules/built": {"version": "1", "license": "GPL-3.0", "dev": True},
            "node_modules/@scope/ships": {"version": "2", "license": "MIT"},
            "node_modules/silent": {"version": "3"},
        }
    }
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    assert list(licences.npm(tmp_path)) == [("@scope/ships 2", "MIT"), ("silent 3", "ISC")]
