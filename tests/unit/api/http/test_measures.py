"""What the web process measures about itself."""

from __future__ import annotations

from pathlib import Path

from promscope_api.audit.event import Event
from promscope_api.audit.log import AuditLog
from promscope_api.audit.options import AuditSettings
from promscope_api.graph.graph import Graph
from promscope_api.http.measures import WebMeasures
from promscope_wire.web.address import Address
from tests.fleet.rest import Rest


def test_requests_are_measured_by_declared_route() -> None:
    rest = Rest(Graph())
    rest.get("/api/v1/topology/hosts")
    rest.get("/api/v1/topology/" + "x" * 50)
    rest.get("/no/such/path/at/all")
    text = rest.measures.text().decode()
    route = 'route="/api/v1/topology/<view>"'
    assert f'promscope_api_request_seconds_count{{method="GET",{route},status="200"}} 1.0' in text
    assert f'promscope_api_request_seconds_count{{method="GET",{route},status="404"}} 1.0' in text
    assert 'route="none"' in text
    assert "xxx" not in text


def test_made_up_methods_are_one() -> None:
    rest = Rest(Graph())
    for method in ("BREW", "WHEN"):
        rest.client.open("/healthz", method=method)
    text = rest.measures.text().decode()
    assert 'method="other"' in text
    assert "BREW" not in text


def test_gauges_read_what_is_true_now() -> None:
    text = Rest(Graph()).measures.text().decode()
    assert 'promscope_api_subscribers{view="hosts"} 2.0' in text
    assert "promscope_api_tunnels 3.0" in text
    assert "promscope_api_graph_up 1.0" in text
    assert "promscope_api_graph_starts 1.0" in text


def test_reasons_of_drops_are_there_from_the_start() -> None:
    text = Rest(Graph()).measures.text().decode()
    for reason in ("slow", "graph", "client"):
        assert f'promscope_api_subscribers_dropped_total{{reason="{reason}"}} 0.0' in text


def test_the_audit_log_and_its_sinks(tmp_path: Path) -> None:
    measures = WebMeasures()
    settings = AuditSettings(syslog=Address("127.0.0.1", 9))
    (forwarder,) = settings.forwarders(tmp_path)
    with AuditLog(tmp_path, "api") as log:
        measures.watch_audit(log, [forwarder])
        head = log.append(Event("code-create", "success"))
        text = measures.text().decode()
        assert f'promscope_api_audit_head{{chain="{head.chain}"}} 1.0' in text
        assert 'promscope_api_audit_sink_up{sink="syslog"} 1.0' in text
        assert "promscope_api_audit_lost 0.0" in text
        forwarder.complaint = "it does not answer"
        assert 'promscope_api_audit_sink_up{sink="syslog"} 0.0' in measures.text().decode()
