"""The pages that follow from the code: settings, REST operations and the API's own metrics.

`python -m docs.reference` writes them; tests/docs/test_reference.py fails where a checked-in page
is another. The exporter's metrics have a page of the same kind (docs/metrics/README.md).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path

from prometheus_client import CollectorRegistry

from promscope_api.graph.measures import Measures
from promscope_api.graph.views import VIEWS
from promscope_api.http import body, limits
from promscope_api.http.measures import WebMeasures
from promscope_api.http.openapi import document
from promscope_api.http.operation import Operation
from promscope_api.http.operations import OPERATIONS
from promscope_api.settings import OPTIONS as API_OPTIONS
from promscope_exporter.collectors.registry import discover
from promscope_exporter.settings import options as exporter_options
from promscope_wire.options import Option, boolean

_HERE = Path(__file__).resolve().parent
_MADE = "<!-- Made by `python -m docs.reference`: change the code, not this page. -->\n"

_CONFIGURATION = """\
# Configuration

Each setting is a flag, a variable or an entry of the YAML file that `--config.file` (or
`PROMSCOPE_CONFIG_FILE`) names, in this order: flag, variable, file, default. In the file a setting
has the name of its flag, and one that may be repeated is a list. In a variable its items are
separated by commas. Settings in the file that do not exist are refused. Both programs read the same
variables: set them for one process, not for all.

```yaml
web.listen-address: 127.0.0.1:10180
control: [lifecycle]
```

`promscope-exporter check-config` and `promscope-api check-config` print the merged settings and
where each came from. Durations are written as Prometheus writes them: `15s`, `1m`.
"""
_API = """\
# API

REST under `/api/v1`, described in full by `/api/v1/openapi.json` (OpenAPI 3.1, checked in as
[openapi.json](openapi.json)) and to read at `/api/docs`. Every address needs the permission `view`
unless it says public ([security](security.md)). Errors are problem details (RFC 9457,
`application/problem+json`) with `type`, `title`, `status` and `detail`; those of actions have the
`operation_id` of the audit log too. What was not measured is `null`, never 0.

Views: {views}, `containers-by-label.NAME`. Node ids: [ids](ids.md). `filter` and `q` are queries
([query language](query.md)); one that is none is answered 400 with its `column`.

Large answers are compressed with zstd or gzip where the request accepts it, and views have an ETag.
Every answer has an `X-Request-Id`: the caller's, or else a new one; each line that the
API logs meanwhile has it as `request_id`. A
body has at most {body} KiB. Each user, and each address without one, may ask {burst} times at once
and {rate} times a second after that; 429 with Retry-After says when it is too often.
"""
_ROUTES = """\
# Routes and streams

What each address needs and what the audit log has of it. A refusal is recorded on every transport
(`request-refused`, or the denied action itself): tests/hostile/test_t3_every_transport.py walks
this table.

| address | transport | permission | audit event |
|---|---|---|---|
"""
_METRICS = """\
# Metrics of promscope-api

At `/metrics`, for whoever has the permission `view`. The exporter's are in [README.md](README.md).
"""


def pages() -> Mapping[str, Callable[[], str]]:
    """Path below docs/ → what makes the page."""
    return {
        "configuration.md": configuration,
        "api.md": api,
        "routes.md": routes,
        "openapi.json": openapi,
        "metrics/api.md": metrics,
    }


def openapi() -> str:
    """The OpenAPI document, for generators and for the eye that compares two versions."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def configuration() -> str:
    """Every setting of both programs."""
    collectors = {name: one.default for name, one in discover().items()}
    return (
        _begin(_CONFIGURATION)
        + "\n## promscope-exporter\n\n"
        + _settings(exporter_options(collectors))
        + "\n## promscope-api\n\n"
        + _settings(API_OPTIONS)
    )


def api() -> str:
    """Every operation of the REST interface, and the sockets."""
    text = _begin(
        _API.format(
            views=", ".join(f"`{view}`" for view in VIEWS),
            body=body.MAX_BYTES // 1024,
            burst=limits.BURST,
            rate=round(1 / limits.PERIOD_SECONDS),
        )
    )
    for tag in dict.fromkeys(operation.tag for operation in OPERATIONS):
        chosen = [operation for operation in OPERATIONS if operation.tag == tag]
        text += f"\n## {tag.capitalize()}\n\n| address | what | answers |\n|---|---|---|\n"
        text += "".join(map(_operation, chosen))
    return text


def routes() -> str:
    """Every route and stream with its permission and audit event."""
    return _begin(_ROUTES) + "".join(map(_route, OPERATIONS))


def metrics() -> str:
    """The families of the web and of the graph process."""
    rows = [*_families(WebMeasures().registry), *_families(Measures().registry)]
    own = [row for row in rows if row[0].startswith("promscope_")]
    text = _begin(_METRICS) + "\n| metric | type | labels | meaning |\n|---|---|---|---|\n"
    for name, kind, labels, meaning in own:
        text += (
            f"| `{name}` | {kind} | {' '.join(f'`{label}`' for label in labels)} | {meaning} |\n"
        )
    return text + "\nBeside these, `process_*` and `python_info` as every Python client has them.\n"


def api_families() -> Mapping[str, tuple[str, ...]]:
    """Series names of the API's own metrics → labels, histograms by their three series."""
    rows = [*_families(WebMeasures().registry), *_families(Measures().registry)]
    suffixes = {"histogram": ("_bucket", "_sum", "_count")}
    return {
        name + suffix: labels
        for name, kind, labels, _ in rows
        for suffix in suffixes.get(kind, ("",))
    }


def _begin(text: str) -> str:
    title, _, rest = text.partition("\n")
    return f"{title}\n\n{_MADE}{rest}"


def _settings(options: Iterable[Option]) -> str:
    text = "| flag | variable | default | meaning |\n|---|---|---|---|\n"
    for option in options:
        flag = f"`--{option.flag}`"
        if option.parse is boolean:
            flag += f", `--no-{option.flag}`"
        meaning = option.help[0].upper() + option.help[1:]
        if option.choices:
            meaning = f"{meaning.rstrip('.')}: {', '.join(option.choices)}"
        if option.repeated:
            meaning = f"{meaning.rstrip('.')}. A list"
        cells = (flag, f"`{option.variable}`", _default(option), _cell(meaning.rstrip(".")))
        text += f"| {' | '.join(cells)} |\n"
    return text


def _default(option: Option) -> str:
    if isinstance(option.default, bool):
        return str(option.default).lower()
    values: Sequence[object] = option.default if option.repeated else (option.default,)
    return ", ".join(f"`{value}`" for value in values if value != "")


def _operation(operation: Operation) -> str:
    method = "socket" if operation.messages is not None else operation.method.upper()
    query = [one.name for one in operation.parameters if one.place == "query"]
    address = operation.path + (f"?{'&'.join(f'{name}=' for name in query)}" if query else "")
    what = operation.summary + (" Public." if operation.public else "")
    statuses = (operation.status, *operation.also, *operation.problems)
    answers = ", ".join(str(int(HTTPStatus(status))) for status in dict.fromkeys(statuses))
    return f"| {method} `{address}` | {_cell(what)} | {answers} |\n"


def _route(operation: Operation) -> str:
    address = f"{operation.method.upper()} `{operation.path}`"
    transport = "HTTP" if operation.messages is None else "WebSocket"
    permission = "none" if operation.public else f"`{operation.permission}`"
    if operation.id == "tunnel":
        permission = "a probe's credential"
    audit = f"`{operation.audit}`" if operation.audit else ""
    return f"| {address} | {transport} | {permission} | {audit} |\n"


def _families(registry: CollectorRegistry) -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    """Name as exposed, type, labels and help of each family, in the order of registration."""
    for collector in dict.fromkeys(registry._collector_to_names):  # noqa: SLF001 - no public way
        common = getattr(collector, "_labelnames", ())
        for family in collector.describe() if hasattr(collector, "describe") else ():
            names = getattr(family, "_labelnames", common)
            suffix = "_total" if family.type == "counter" else ""
            yield family.name + suffix, family.type, tuple(names), family.documentation


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main() -> None:
    for path, make in pages().items():
        (_HERE / path).write_text(make())


if __name__ == "__main__":
    main()
