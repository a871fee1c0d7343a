import pytest

from promscope_exporter.settings import Settings, options, settings
from promscope_wire.options import InvalidOption, resolve

COLLECTORS = {"host": True, "edge": True, "extra": False}


def chosen(**flags):
    given = {key.replace("__", ".").replace("_", "-"): value for key, value in flags.items()}
    return settings(resolve(options(COLLECTORS), given, {}))


def test_defaults_are_the_documented_ones():
    known = chosen()
    assert known == Settings(collectors=frozenset(("host", "edge")))
    assert list(map(str, known.listen)) == ["127.0.0.1:10180"]


def test_addresses_may_be_several():
    listen = chosen(web__listen_address=["127.0.0.1:1", "[::1]:2"]).listen
    assert list(map(str, listen)) == ["127.0.0.1:1", "[::1]:2"]


def test_collectors_are_switched_by_name():
    assert chosen(collector__edge="false", collector__extra="true").collectors == {"host", "extra"}


def test_only_the_collectors_that_are_named():
    only = {"collector__disable_defaults": "true", "collector__edge": "true"}
    assert chosen(**only).collectors == {"edge"}


@pytest.mark.parametrize(
    ("key", "value", "remedy"),
    [
        ("web.max-requests", "0", "above zero"),
        ("web.telemetry-path", "metrics", "begins with /"),
        ("docker.host", ["http://x"], "unix://"),
        ("docker.host", ["tcp://nowhere"], "host:port"),
        ("host.id", "a b", "letters"),
        ("log.level", "loud", "one of"),
    ],
)
def test_refusals_name_setting_and_remedy(key, value, remedy):
    with pytest.raises(InvalidOption, match=remedy) as refused:
        settings(resolve(options(COLLECTORS), {key: value}, {}))
    assert key in str(refused.value)


@pytest.mark.parametrize("url", ["ftp://x", "https://", "https://u:p@x", "https://x/?token=1"])
def test_api_urls_without_secrets(url):
    with pytest.raises(InvalidOption):
        chosen(api__url=[url])


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ({"api__secret_file": "/s"}, "exclude each other"),
        ({}, "--storage.path"),
    ],
)
def test_a_token_to_join_with_is_instead_of_a_secret_and_needs_a_folder(flags, words):
    with pytest.raises(InvalidOption, match=words):
        chosen(api__join_token_file="/t", **flags)
    joining = chosen(api__join_token_file="/t", storage__path="/var/lib/promscope")
    assert joining.api_join_token_file == "/t"


def test_api_urls_may_be_several():
    assert chosen(api__url=["http://a/", "https://b:1"]).api_urls == ("http://a", "https://b:1")


def test_control_none_beats_other_words():
    assert chosen().control == ()
    assert chosen(control=["lifecycle"]).control == ("lifecycle",)
    assert chosen(control=["lifecycle", "none"]).control == ()
    with pytest.raises(InvalidOption, match="lifecycle"):
        chosen(control=["everything"])


def test_engines_may_be_several():
    podman = "unix:///run/podman/podman.sock"
    assert chosen().docker_hosts == ("unix:///var/run/docker.sock",)
    assert chosen(docker__host=[podman, "tcp://a:1", podman]).docker_hosts == (podman, "tcp://a:1")
