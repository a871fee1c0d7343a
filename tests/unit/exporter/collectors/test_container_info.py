import pytest

from promscope_exporter.collectors.container_info import Identity
from promscope_exporter.exposition.labels import AllowList
from promscope_exporter.exposition.page import Page
from tests.unit.exporter.fakes import record, samples

COMPOSE = {"com.docker.compose.project": "shop", "com.docker.compose.service": "web"}
KUBERNETES = {
    "io.kubernetes.container.name": "app",
    "io.kubernetes.pod.name": "web-1",
    "io.kubernetes.pod.uid": "u-1",
    "io.kubernetes.pod.namespace": "shop",
}


def written(one, allowed=()):
    page = Page(0, 15, 1000)
    Identity(one, AllowList(allowed)).write(page, one, {})
    return samples(page)


def info(**fields):
    (line,) = [name for name in written(record(**fields)) if "container_info{" in name]
    return dict(pair.split("=") for pair in line[:-1].replace('"', "").partition("{")[2].split(","))


@pytest.mark.parametrize(
    ("reference", "image", "tag"),
    [
        ("nginx", "nginx", None),
        ("nginx:1.27", "nginx", "1.27"),
        ("registry:5000/shop/web", "registry:5000/shop/web", None),
        ("registry:5000/shop/web:2", "registry:5000/shop/web", "2"),
        ("nginx:1.27@sha256:" + "e" * 64, "nginx", "1.27"),
        ("nginx@sha256:" + "e" * 64, "nginx", None),
        ("sha256:" + "e" * 64, "sha256:" + "e" * 12, None),
        ("", None, None),
    ],
)
def test_image_and_tag(reference, image, tag):
    found = info(image=reference)
    assert (found.get("image"), found.get("image_tag")) == (image, tag)
    assert found["image_id"] == "e" * 12


def test_compose_and_kubernetes_identity():
    found = info(labels=COMPOSE)
    assert (found["compose_project"], found["compose_service"]) == ("shop", "web")
    assert found["container_name"] == "web"
    found = info(labels=KUBERNETES)
    assert found["container_name"] == "app"
    assert (found["kube_pod"], found["kube_pod_uid"], found["kube_namespace"]) == (
        "web-1", "u-1", "shop",
    )  # fmt: skip


def test_labels_by_allow_list():
    found = written(record(labels={**COMPOSE, "secret": "x"}), ("com.docker.compose.*",))
    (line,) = [name for name in found if "label_info" in name]
    assert 'label_com_docker_compose_project="shop"' in line
    assert "secret" not in line


def test_without_allowed_labels_there_is_no_such_series():
    assert not any("label_info" in name for name in written(record(labels={"secret": "x"})))


def test_health_only_where_it_is_checked():
    assert not any("container_health" in name for name in written(record()))
    found = written(record(health="unhealthy"))
    states = [value for name, value in found.items() if "container_health" in name]
    assert states == [0, 0, 1]


def test_unknown_times_are_absent():
    found = written(record(created=0.0, started=0.0))
    assert not any("timestamp" in name or "start_time" in name for name in found)


def test_text_is_made_anew_when_the_record_changed():
    one = record()
    identity = Identity(one, AllowList(()))
    for state in ("running", "paused"):
        page = Page(0, 15, 1000)
        identity.write(page, record(state=state), {})
        assert samples(page)[
            f'promscope_container_state{{container_id="{one.id[:12]}",name="web",state="{state}"}}'
        ]
