"""Node ids cannot change once users have data: every form is pinned here."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promscope_wire import ids

FULL = "3f4a8b1c9d0e" + "5" * 52

PINNED = [
    (ids.host("0123456789abcdef"), "host:0123456789abcdef"),
    (ids.container(FULL), "container:3f4a8b1c9d0e"),
    (ids.container("3f4a8b1c9d0e"), "container:3f4a8b1c9d0e"),
    (ids.processes("container:3f4a8b1c9d0e", "redis-server"),
     "processes:container:3f4a8b1c9d0e:redis-server"),
    (ids.processes("host:0123456789abcdef", "kworker/0:1"),
     "processes:host:0123456789abcdef:kworker~2f0~3a1"),
    (ids.process("0123456789abcdef", 42, 123456), "process:0123456789abcdef:42:123456"),
    (ids.image("sha256:" + FULL), "image:3f4a8b1c9d0e"),
    (ids.pod("9d1c2f04-7b5e-4c0a-9a53-1f2e3d4c5b6a"), "pod:9d1c2f04-7b5e-4c0a-9a53-1f2e3d4c5b6a"),
    (ids.namespace("prod", "shop"), "namespace:prod:shop"),
    (ids.workload("prod", "shop", "Deployment", "cart"), "workload:prod:shop:Deployment:cart"),
    (ids.service("prod", "shop", "cart"), "service:prod:shop:cart"),
    (ids.compose_project("0123456789abcdef", "shop"), "compose-project:0123456789abcdef:shop"),
    (ids.compose("0123456789abcdef", "shop", "cart"), "compose:0123456789abcdef:shop:cart"),
    (ids.command("nginx: worker"), "command:nginx~3a~20worker"),
    (ids.label("com_example_team", "a/b"), "label:com_example_team:a~2fb"),
    (ids.swarm_service("q1w2e3"), "swarm-service:q1w2e3"),
    (ids.ecs_task("0f1e2d"), "ecs-task:0f1e2d"),
    (ids.ecs_service("main", "cart"), "ecs-service:main:cart"),
    (ids.marathon_app("/shop/cart"), "marathon-app:~2fshop~2fcart"),
    (ids.external("203.0.113.10"), "external:203.0.113.10"),
    (ids.external("2001:db8::1"), "external:2001~3adb8~3a~3a1"),
    (ids.INTERNET, "internet"),
    (ids.unknown("no owner"), "unknown:no~20owner"),
    (ids.other("private"), "other:private"),
    (ids.other("container:3f4a8b1c9d0e"), "other:container:3f4a8b1c9d0e"),
]  # fmt: skip


@pytest.mark.parametrize(("made", "pinned"), PINNED)
def test_every_form_is_pinned_and_parses_back(made: str, pinned: str) -> None:
    assert made == pinned
    assert str(ids.parse(made)) == made


def test_every_kind_is_pinned() -> None:
    process_kinds = {made.split(":")[0] for made, _ in PINNED}
    assert process_kinds == set(ids.PARTS)


def test_the_host_id_is_pinned_and_hides_the_machine_id() -> None:
    made = ids.derive_host_id("b08dfa6083e7567a1921a715000001fb\n", "web-1")
    assert made == "4212371a70a586a6"
    assert made == ids.derive_host_id("b08dfa6083e7567a1921a715000001fb", "web-1")
    assert made != ids.derive_host_id("b08dfa6083e7567a1921a715000001fb", "web-2")
    assert "b08dfa60" not in made


@given(st.text(min_size=1, alphabet=st.characters(codec="utf-8")))
def test_any_text_survives_as_a_part(text: str) -> None:
    part = ids.quote(text)
    assert ids.unquote(part) == text
    assert all(char.isascii() and (char.isalnum() or char in "._-~") for char in part)


@given(st.binary(min_size=1))
def test_x2_raw_bytes_read_as_surrogates_survive(raw: bytes) -> None:
    text = raw.decode("utf-8", "surrogateescape")
    assert ids.unquote(ids.quote(text)) == text


@given(st.text(), st.text())
def test_two_names_never_share_an_id(one: str, two: str) -> None:
    with contextlib.suppress(ids.InvalidId):
        assert (ids.quote(one) == ids.quote(two)) == (one == two)


@given(st.text())
def test_parse_answers_or_refuses(text: str) -> None:
    with contextlib.suppress(ids.InvalidId):
        assert str(ids.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "host", "host:", "host:a:b", "nonsense:x", "container:~2F", "container:~41", "host:a b",
     "host:..%2fadmin", "other:", "other:host:", "processes:image:3f4a8b1c9d0e:x", "internet:x",
     "container:hello", "container:3f4a8b1c9d0e5", "image:x", "processes:container:zz:x"],
)  # fmt: skip
def test_s2_what_no_maker_makes_is_refused(text: str) -> None:
    with pytest.raises(ids.InvalidId):
        ids.parse(text)


@pytest.mark.parametrize("made", [
    lambda: ids.container("../../etc"), lambda: ids.container("ABCDEF123456"),
    lambda: ids.host(""), lambda: ids.processes("image:3f4a8b1c9d0e", "x"),
    lambda: ids.quote("\ud800"),
])  # fmt: skip
def test_bad_parts_are_refused(made) -> None:
    with pytest.raises(ids.InvalidId):
        made()
