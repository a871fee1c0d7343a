from pathlib import Path

import pytest

from stack import kernel

ACCT = "net.netfilter.nf_conntrack_acct"
BRIDGE = "net.bridge.bridge-nf-call-iptables"


@pytest.fixture
def proc_sys(tmp_path: Path) -> Path:
    """A /proc/sys with both settings off."""
    for name in (ACCT, BRIDGE):
        file = tmp_path.joinpath(*name.split("."))
        file.parent.mkdir(parents=True)
        file.write_text("0\n")
    return tmp_path


def read(root: Path, name: str) -> str:
    return root.joinpath(*name.split(".")).read_text().strip()


def test_what_was_off_is_switched_on_and_restored(proc_sys: Path) -> None:
    former = kernel.apply(proc_sys)
    assert former == {ACCT: "0", BRIDGE: "0"}
    assert read(proc_sys, ACCT) == read(proc_sys, BRIDGE) == "1"
    assert kernel.restore(former, proc_sys) == []
    assert read(proc_sys, ACCT) == read(proc_sys, BRIDGE) == "0"


def test_what_is_on_already_is_not_ours_to_switch_off(proc_sys: Path) -> None:
    proc_sys.joinpath(*BRIDGE.split(".")).write_text("1\n")
    former = kernel.apply(proc_sys)
    assert former == {ACCT: "0"}
    kernel.restore(former, proc_sys)
    assert read(proc_sys, BRIDGE) == "1"


def test_what_cannot_be_restored_is_named(tmp_path: Path) -> None:
    assert kernel.restore({ACCT: "0"}, tmp_path) == [ACCT]


@pytest.mark.parametrize("release", ["4.9.0", "6.18.44-fc", "5.10.0-26-amd64", "what?"])
def test_kernels_that_have_all_that_is_needed_say_nothing(release: str) -> None:
    assert kernel.too_old(release) is None


@pytest.mark.parametrize("release", ["3.10.0-1160.el7.x86_64", "4.8.17"])
def test_an_old_kernel_is_a_sentence_with_the_remedy(release: str) -> None:
    assert f"Linux {release} is older than 4.9" in (kernel.too_old(release) or "")
