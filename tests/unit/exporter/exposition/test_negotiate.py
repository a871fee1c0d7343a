import pytest

from promscope_exporter.exposition.negotiate import content_type, gzip
from promscope_exporter.exposition.page import OPENMETRICS, TEXT

PROMETHEUS_2 = (
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)
PROMETHEUS_3 = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;q=0.4,*/*;q=0.2"
)


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("", TEXT),
        ("*/*", TEXT),
        ("text/html, */*;q=0.8", TEXT),
        (PROMETHEUS_2, OPENMETRICS),
        (PROMETHEUS_3, OPENMETRICS),
        ("text/plain, application/openmetrics-text", TEXT),
        ("application/openmetrics-text; version=2.0.0", TEXT),
        ("application/openmetrics-text;q=0", TEXT),
        ("application/openmetrics-text;q=nonsense,;;,=", TEXT),
    ],
)
def test_content_type(accept, wanted):
    assert content_type(accept) == wanted


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [("", False), ("gzip", True), ("br, gzip;q=0.5", True), ("gzip;q=0, *", False), ("*", True),
     ("deflate", False)],
)  # fmt: skip
def test_gzip(accept, wanted):
    assert gzip(accept) is wanted
