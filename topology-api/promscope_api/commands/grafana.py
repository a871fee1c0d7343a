"""`promscope grafana`: dashboards and data sources into a Grafana, and out again."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator

from promscope_api.commands.place import Commands, Refusal, table
from promscope_api.grafana.installation import Installation, Step, remove
from promscope_api.grafana.server import GrafanaRefused, Server
from promscope_api.security.options import url
from promscope_wire.secretfile import read_secret

_WORDS = {"create": "created", "update": "updated", "keep": "unchanged", "remove": "removed"}


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Declare the commands."""
    parser = commands.add_parser("grafana", help="dashboards and data sources in a Grafana")
    grafana = parser.add_subparsers(metavar="COMMAND", required=True)
    install = grafana.add_parser(
        "install",
        help="put them in, or bring them up to date",
        description="Put a folder, the dashboards and, where their URLs are given, the data sources"
        " into a Grafana. It may be repeated: what is as it should be stays as it is.",
    )
    install.add_argument("--folder", default="Promscope", help="title of the folder (%(default)s)")
    install.add_argument(
        "--prometheus.url",
        dest="prometheus_url",
        metavar="URL",
        default="",
        help="make a data source for this Prometheus, as Grafana's server reaches it; else the"
        " dashboards use the ones there are",
    )
    install.add_argument(
        "--scrape.interval",
        dest="interval",
        metavar="DURATION",
        default="15s",
        help="of that Prometheus (%(default)s)",
    )
    install.add_argument(
        "--api.url",
        dest="api_url",
        metavar="URL",
        default="",
        help="make a data source for this API, as Grafana's server reaches it; needs the plugin",
    )
    install.add_argument(
        "--api.token-file",
        dest="api_token_file",
        metavar="FILE",
        default="",
        help="token of that API (mode 0600), made by `promscope tokens create`",
    )
    install.set_defaults(run=_install)
    uninstall = grafana.add_parser("uninstall", help="take them out again; nothing else is touched")
    uninstall.set_defaults(run=_uninstall)
    for one in (install, uninstall):
        _add_server(one)


def _add_server(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--url",
        default=os.environ.get("GRAFANA_URL", ""),
        help="root URL of the Grafana (default: $GRAFANA_URL)",
    )
    parser.add_argument(
        "--token",
        default=os.environ.get("GRAFANA_TOKEN", ""),
        help="token of a service account with the role Admin (default: $GRAFANA_TOKEN, which other"
        " users of the machine cannot read)",
    )
    parser.add_argument(
        "--ca-file", default="", metavar="FILE", help="authority of Grafana's certificate"
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")


def _install(chosen: argparse.Namespace) -> int:
    token = read_secret(chosen.api_token_file).decode() if chosen.api_token_file else ""
    wanted = Installation(
        chosen.folder,
        _url(chosen.prometheus_url, "--prometheus.url"),
        chosen.interval,
        _url(chosen.api_url, "--api.url"),
        token,
    )
    return _show(wanted.into(_server(chosen), dry_run=chosen.dry_run), chosen.dry_run)


def _uninstall(chosen: argparse.Namespace) -> int:
    return _show(remove(_server(chosen), dry_run=chosen.dry_run), chosen.dry_run)


def _server(chosen: argparse.Namespace) -> Server:
    """Raises Refusal."""
    if not chosen.url or not chosen.token:
        raise Refusal("name the Grafana with --url, and give --token or $GRAFANA_TOKEN")
    return Server(_url(chosen.url, "--url"), chosen.token, chosen.ca_file)


def _url(text: str, flag: str) -> str:
    """Raises Refusal."""
    try:
        return url(text).rstrip("/") if text else ""
    except ValueError as error:
        raise Refusal(f"{flag}: {error}") from error


def _show(steps: Iterator[Step], dry_run: bool) -> int:
    """What was done, also as far as it came. Raises Refusal."""
    rows = [("WOULD BE" if dry_run else "", "WHAT", "NAME")]
    try:
        for step in steps:
            rows.append((_WORDS[step.did], step.kind, step.name))  # noqa: PERF401 - as far as it comes
    except GrafanaRefused as error:
        raise Refusal(str(error)) from error
    finally:
        if len(rows) > 1:
            table(rows)
    return 0
