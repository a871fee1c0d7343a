"""`promscope ctl`: logs and files of containers and actions on them, through a running API."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import requests

from promscope_api.commands.place import Commands, Refusal
from promscope_api.control.log_lines import harmless
from promscope_wire.frames import ACTIONS
from promscope_wire.secretfile import read_secret

_CONNECT_SECONDS = 10.0
#: A bulk action may take a minute; a log that is followed says nothing for as long as it likes.
_ANSWER_SECONDS = 90.0
_CHUNK = 64 * 1024
_FILES = {
    "ls": ("files", "the files of a folder of a container"),
    "cat": ("files/content", "the content of a file of a container, to the standard output"),
    "tar": ("files/archive", "a file or folder of a container, as an archive on the output"),
}
_PARAMETERS = (
    "timeout_seconds", "signal", "force", "volumes", "cpu_limit_cores", "memory_limit_bytes",
    "restart_policy", "restart_maximum_retries",
)  # fmt: skip
_LETTERS = {"directory": "d", "link": "l", "device": "c", "fifo": "p", "file": "-"}


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Declare the commands."""
    parser = commands.add_parser("ctl", help="logs and files of containers, and actions on them")
    ctl = parser.add_subparsers(metavar="COMMAND", required=True)
    logs = ctl.add_parser("logs", help="the log of a container, as harmless text")
    logs.add_argument("node", metavar="NODE", help="such as container:0123456789ab")
    logs.add_argument("--follow", action="store_true", help="go on with what comes")
    logs.add_argument(
        "--tail", default="1000", metavar="N", help="last lines, or all (%(default)s)"
    )
    logs.add_argument("--since", default="", metavar="TIME", help="Unix seconds or RFC 3339")
    logs.add_argument("--until", default="", metavar="TIME", help="Unix seconds or RFC 3339")
    logs.add_argument("--output", default="both", choices=("both", "stdout", "stderr"))
    _reach(logs)
    logs.set_defaults(run=_logs)
    for name, (path, words) in _FILES.items():
        files = ctl.add_parser(name, help=words)
        files.add_argument("node", metavar="NODE", help="such as container:0123456789ab")
        files.add_argument("path", metavar="PATH", help="absolute, in the container")
        _reach(files)
        files.set_defaults(run=_list if name == "ls" else _download, route=path)
    diff = ctl.add_parser("diff", help="what a container changed of its image's files")
    diff.add_argument("node", metavar="NODE", help="such as container:0123456789ab")
    _reach(diff)
    diff.set_defaults(run=_diff)
    for action in ACTIONS:
        if action != "rename":
            _action(ctl, action)


def _action(ctl: Commands[argparse.ArgumentParser], action: str) -> None:
    parser = ctl.add_parser(action, help=f"{action} containers")
    parser.add_argument("nodes", metavar="NODE", nargs="+", help="such as container:0123456789ab")
    parser.add_argument("--rehearse", action="store_true", help="only say what would be possible")
    parser.add_argument("--parallel", type=int, default=8, help="so many at once (%(default)s)")
    if action in ("stop", "restart"):
        parser.add_argument("--timeout-seconds", type=int, help="before the engine kills it")
    if action == "kill":
        parser.add_argument("--signal", help="such as SIGHUP (SIGKILL)")
    if action == "remove":
        parser.add_argument("--force", action="store_true", default=None, help="also if it runs")
        parser.add_argument(
            "--volumes", action="store_true", default=None, help="anonymous ones too"
        )
    if action == "update":
        parser.add_argument("--cpu-limit-cores", type=float, metavar="N", help="such as 0.5")
        parser.add_argument("--memory-limit-bytes", type=int, metavar="N", help="without swap")
        parser.add_argument(
            "--restart-policy", choices=("no", "always", "unless-stopped", "on-failure")
        )
        parser.add_argument(
            "--restart-maximum-retries", type=int, metavar="N", help="with on-failure"
        )
    _reach(parser)
    parser.set_defaults(run=_act, action=action)


def _reach(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--api.url", dest="url", metavar="URL", default="http://127.0.0.1:10181",
        help="where the API is (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--token-file", metavar="FILE", default=os.environ.get("PROMSCOPE_TOKEN_FILE", ""),
        help="with an API token, mode 0600 (default: $PROMSCOPE_TOKEN_FILE)",
    )  # fmt: skip
    parser.add_argument(
        "--ca-file", default="", metavar="FILE", help="authority of the API's certificate"
    )


def _logs(chosen: argparse.Namespace) -> int:
    query = {name: getattr(chosen, name) for name in ("tail", "since", "until", "output")}
    query["follow"] = "true" if chosen.follow else "false"
    wait = None if chosen.follow else _ANSWER_SECONDS
    path = f"/api/v1/nodes/{quote(chosen.node, safe=':')}/logs"
    with _ask(chosen, "GET", path, wait, params=query, stream=True) as answer:
        answer.raw.decode_content = True
        shutil.copyfileobj(answer.raw, sys.stdout.buffer, _CHUNK)
        sys.stdout.buffer.flush()
    return 0


def _list(chosen: argparse.Namespace) -> int:
    path = f"/api/v1/nodes/{quote(chosen.node, safe=':')}/{chosen.route}"
    with _ask(chosen, "GET", path, _ANSWER_SECONDS, params={"path": chosen.path}) as answer:
        found = answer.json()
    for entry in found["entries"]:
        print(_line({"mode": 0, "user": 0, "group": 0, "size": 0, "modified": 0, **entry}))
    if found["truncated"]:
        print("there may be more: the folder is too large to be looked through", file=sys.stderr)
    return 0


def _diff(chosen: argparse.Namespace) -> int:
    path = f"/api/v1/nodes/{quote(chosen.node, safe=':')}/changes"
    with _ask(chosen, "GET", path, _ANSWER_SECONDS) as answer:
        found = answer.json()
    for item in found["items"]:
        print(item["kind"], harmless(item["path"]))
    if found["truncated"]:
        print("there are more changes than are told", file=sys.stderr)
    return 0


def _line(entry: dict[str, Any]) -> str:
    letter = _LETTERS.get(entry["kind"], "?")
    changed = datetime.fromtimestamp(entry["modified"], UTC)
    target = f" -> {harmless(entry['target'])}" if entry.get("target") else ""
    return (
        f"{letter}{entry['mode']:04o} {entry['user']}:{entry['group']} {entry['size']}"
        f" {changed:%Y-%m-%dT%H:%M:%SZ} {harmless(entry['name'])}{target}"
    )


def _download(chosen: argparse.Namespace) -> int:
    path = f"/api/v1/nodes/{quote(chosen.node, safe=':')}/{chosen.route}"
    wished = {"path": chosen.path}
    with _ask(chosen, "GET", path, _ANSWER_SECONDS, params=wished, stream=True) as answer:
        try:
            for part in answer.iter_content(_CHUNK):
                sys.stdout.buffer.write(part)
        except requests.RequestException as error:
            raise Refusal(f"it breaks off here: {error}") from error
        sys.stdout.buffer.flush()
    return 0


def _act(chosen: argparse.Namespace) -> int:
    given = {name: getattr(chosen, name, None) for name in _PARAMETERS}
    body: dict[str, Any] = {
        "action": chosen.action,
        "nodes": chosen.nodes,
        "parallel": chosen.parallel,
        "rehearse": chosen.rehearse,
        **{name: value for name, value in given.items() if value is not None},
    }
    with _ask(chosen, "POST", "/api/v1/actions", _ANSWER_SECONDS, json=body) as answer:
        items = answer.json()["items"]
    for item in items:
        problem = item["problem"]
        why = f": {problem['detail'] or problem['title']}" if problem else ""
        print(f"{item['node']} {item['status']}{why}")
    return 1 if any(item["problem"] for item in items) else 0


def _ask(
    chosen: argparse.Namespace, method: str, path: str, seconds: float | None, **more: Any
) -> requests.Response:
    """The answer, which is a success. Raises Refusal, UnusableSecret."""
    if not chosen.token_file:
        raise Refusal("name a file with an API token: --token-file (`promscope tokens create`)")
    headers = {"Authorization": f"Bearer {read_secret(chosen.token_file).decode('latin-1')}"}
    try:
        answer = requests.request(
            method, chosen.url.rstrip("/") + path, headers=headers,
            timeout=(_CONNECT_SECONDS, seconds), verify=chosen.ca_file or True,
            allow_redirects=False, **more,
        )  # fmt: skip
    except requests.RequestException as error:
        raise Refusal(f"the API at {chosen.url} cannot be reached: {error}") from error
    if answer.ok:
        return answer
    with answer:
        try:
            problem = answer.json()
        except requests.RequestException:
            problem = {}
        title = problem.get("title", "Refused")
        raise Refusal(problem.get("detail") or f"{title}: the API answered {answer.status_code}")
