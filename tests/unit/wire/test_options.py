import argparse
from pathlib import Path

import pytest

from promscope_wire.options import InvalidOption, Option, add_flags, boolean, resolve

OPTIONS = (
    Option("web.listen-address", "127.0.0.1:1", "where to listen"),
    Option("web.max-requests", 40, "how many at once", parse=int),
    Option("api.url", (), "where to dial", repeated=True),
    Option("auth.local-viewer", False, "watch without sign-in", parse=boolean),
    Option("log.format", "logfmt", "how", choices=("logfmt", "json")),
    Option("api.secret", "", "a secret", secret=True),
)


def flags(*arguments: str) -> dict[str, object]:
    parser = argparse.ArgumentParser()
    add_flags(parser, OPTIONS)
    return vars(parser.parse_args(arguments))


def test_flag_beats_variable_beats_file_beats_default(tmp_path: Path) -> None:
    file = tmp_path / "c.yml"
    file.write_text("web.listen-address: file:1\nweb.max-requests: 7\napi.url: [a, b]\n")
    environment = {"PROMSCOPE_WEB_MAX_REQUESTS": "8", "PROMSCOPE_CONFIG_FILE": str(file)}
    got = resolve(OPTIONS, flags("--web.listen-address", "flag:1"), environment)
    assert got["web.listen-address"] == "flag:1"
    assert got["web.max-requests"] == 8
    assert got["api.url"] == ("a", "b")
    assert got["log.format"] == "logfmt"
    assert got.origins["web.max-requests"] == "variable PROMSCOPE_WEB_MAX_REQUESTS"


def test_repeated_flags_collect_and_commas_split() -> None:
    assert resolve(OPTIONS, flags("--api.url", "a,b", "--api.url", "c"), {})["api.url"] == (
        "a", "b", "c")  # fmt: skip
    assert resolve(OPTIONS, flags(), {"PROMSCOPE_API_URL": "a, b"})["api.url"] == ("a", "b")


def test_boolean_flags_have_both_forms() -> None:
    variable = {"PROMSCOPE_AUTH_LOCAL_VIEWER": "true"}
    assert resolve(OPTIONS, flags(), variable)["auth.local-viewer"] is True
    assert resolve(OPTIONS, flags("--no-auth.local-viewer"), variable)["auth.local-viewer"] is False
    assert resolve(OPTIONS, flags("--auth.local-viewer"), {})["auth.local-viewer"] is True


def test_dump_hides_secrets_and_names_origins() -> None:
    text = resolve(OPTIONS, flags("--api.secret", "hunter2"), {}).dump()
    assert "hunter2" not in text
    assert "api.secret: <hidden>  # flag --api.secret" in text
    assert "web.max-requests: 40  # default" in text


@pytest.mark.parametrize(("content", "message"), [
    ("nonsense: 1", "unknown setting 'nonsense'"),
    ("web.max-requests: many", "web.max-requests"),
    ("web.max-requests: [1]", "one value"),
    ("api.url: {a: b}", "list"),
    ("- a", "mapping"),
    ("a: [", "cannot read"),
    ("log.format: xml", "one of logfmt, json"),
    ("auth.local-viewer: maybe", "true or false"),
])  # fmt: skip
def test_g2_a_broken_file_is_refused_with_the_place(
    tmp_path: Path, content: str, message: str
) -> None:
    file = tmp_path / "c.yml"
    file.write_text(content)
    with pytest.raises(InvalidOption, match=message):
        resolve(OPTIONS, flags("--config.file", str(file)), {})


def test_an_empty_file_is_no_settings(tmp_path: Path) -> None:
    (tmp_path / "c.yml").write_text("")
    got = resolve(OPTIONS, flags("--config.file", str(tmp_path / "c.yml")), {})
    assert got["web.max-requests"] == 40


def test_a_missing_file_is_named() -> None:
    with pytest.raises(InvalidOption, match="/nowhere"):
        resolve(OPTIONS, flags("--config.file", "/nowhere/c.yml"), {})
