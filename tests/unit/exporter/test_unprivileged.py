"""The exporter without privileges: what is left works, and what is lost is said."""

import re
import subprocess
import sys
import urllib.request

import pytest

from promscope_wire.capabilities import lost

#: Root without any capability: an ordinary user, who can read the interpreter wherever it is.
PLAIN_USER = ("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs")


@pytest.fixture(scope="module")
def scraped():
    """The page and the log."""
    program = [sys.executable, "-m", "promscope_exporter.cli"]
    command = [*PLAIN_USER, *program, "--web.listen-address=127.0.0.1:0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        lines = []
        while not lines or "metrics are at" not in lines[-1]:
            lines.append(process.stderr.readline())
            assert lines[-1], lines
        url = re.search(r"http://\S+/metrics", lines[-1])[0]
        with urllib.request.urlopen(url, timeout=60) as answer:
            page = answer.read().decode()
    finally:
        process.terminate()
        lines += process.communicate(timeout=60)[1].splitlines()
    return page, "\n".join(lines)


def test_what_needs_no_privilege_is_there(scraped):
    page, _ = scraped
    for family in ("host_info", "host_cpu_seconds_total", "process_instances", "endpoint_info"):
        assert f"promscope_{family}{{" in page
    assert 'promscope_scrape_collector_success{collector="host"} 1' in page
    assert 'promscope_scrape_collector_success{collector="process"} 1' in page


def test_what_is_lost_is_a_metric_and_a_line_of_the_log(scraped):
    page, log = scraped
    missing = set(re.findall(r'capability="(\w+)"} 0', page))
    assert {"tcp_events", "conntrack"} <= missing
    for name in missing:
        assert log.count(lost(name)) == 1, name


def test_nothing_fails_with_an_exception(scraped):
    _, log = scraped
    assert "Traceback" not in log
