"""The audit log's settings: what is missing is named, and each sink that is named is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from promscope_api.audit.options import OPTIONS, AuditSettings, audit_settings
from promscope_wire.options import InvalidOption, resolve


def chosen(**flags: str) -> AuditSettings:
    named = {f"audit.{key.replace('_', '-')}": value for key, value in flags.items()}
    return audit_settings(resolve(OPTIONS, named, {}))


def test_without_settings_there_is_the_file_alone(tmp_path: Path) -> None:
    assert chosen() == AuditSettings()
    assert chosen().forwarders(tmp_path) == []


def test_sinks_that_are_named(tmp_path: Path) -> None:
    both = chosen(
        webhook_url="https://siem.example/promscope",
        webhook_secret_file="/etc/promscope/webhook.secret",
        syslog_address="siem.example:6514",
        ca_file="/etc/promscope/ca.crt",
    )
    assert [one.name for one in both.forwarders(tmp_path)] == ["webhook", "syslog"]
    assert both.tls.ca_file == "/etc/promscope/ca.crt"


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ({"webhook_url": "http://siem.example/"}, "https://"),
        ({"webhook_url": "https://user:word@siem.example/"}, "without a user name"),
        ({"webhook_url": "https://siem.example/"}, "--audit.webhook-secret-file"),
        ({"syslog_address": ":6514"}, "6514"),
        ({"syslog_address": "siem.example"}, "host:port"),
        ({"cert_file": "/etc/promscope/api.crt"}, "need each other"),
    ],
)
def test_what_cannot_be_is_refused(flags: dict[str, str], words: str) -> None:
    with pytest.raises(InvalidOption, match=words):
        chosen(**flags)


def test_a_webhook_on_this_machine_needs_no_tls() -> None:
    assert chosen(webhook_url="http://127.0.0.1:1/", webhook_secret_file="/s").webhook_url
