from promscope_exporter.exposition.labels import AllowList


def test_exact_names_and_beginnings():
    allowed = AllowList(("team", "com.docker.compose.*"))
    labels = {"team": "a", "teams": "b", "com.docker.compose.project": "shop", "secret": "x"}
    assert allowed.pick(labels) == {
        "label_com_docker_compose_project": "shop",
        "label_team": "a",
    }


def test_nothing_allowed_nothing_shown():
    assert AllowList(()).pick({"a": "b"}) == {}
