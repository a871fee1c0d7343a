from __future__ import annotations

from pathlib import Path

import pytest

from promscope_api.security.policy_file import UnusablePolicy, load
from promscope_api.security.principal import Principal

GOOD = """
roles:
  shop-operator:
    - permissions: [view, processes]
    - permissions: [lifecycle]
      selector: com.docker.compose.project=shop
"""


def test_roles_of_one_s_own(tmp_path: Path) -> None:
    path = tmp_path / "policy.yml"
    path.write_text(GOOD)
    policy = load(path)
    assert policy.roles == ("viewer", "operator", "admin", "shop-operator")
    ada = Principal("ada", ("shop-operator",), "session", "1")
    assert policy.decide(ada, "view").allowed
    assert policy.decide(ada, "lifecycle", {"com.docker.compose.project": "shop"}).allowed
    assert not policy.decide(ada, "lifecycle", {"com.docker.compose.project": "bank"}).allowed


def test_without_a_file_there_are_the_built_in_ones() -> None:
    assert load("").roles == ("viewer", "operator", "admin")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "Expected"),
        ("roles: [", "cannot be used"),
        ("rules: {}", "rules"),
        ("roles: {x: [{permissions: [fly]}]}", "role x: there is no permission 'fly'"),
        ("roles: {x: [{permissions: [audit], selector: a=b}]}", "audit is of no node"),
        ("roles: {x: [{permissions: [exec], selector: '=b'}]}", "is no requirement"),
        ("roles: {x: [{permissions: [exec], tenants: [a]}]}", "tenants"),
        ("roles: {x: [{selector: a=b}]}", "permissions"),
        ("roles: {admin: []}", "built in"),
        ("roles: {'X y': []}", "no name for a role"),
        ("\xff", "cannot be used"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, where: str) -> None:
    path = tmp_path / "policy.yml"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(UnusablePolicy, match="policy") as error:
        load(path)
    assert where in str(error.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnusablePolicy, match="cannot read"):
        load(tmp_path / "none.yml")
