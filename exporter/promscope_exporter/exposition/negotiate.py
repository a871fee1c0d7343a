"""Which format and encoding a scraper gets, by its Accept and Accept-Encoding headers."""

from __future__ import annotations

from promscope_exporter.exposition.page import OPENMETRICS, TEXT

_OPENMETRICS_VERSIONS = ("", "0.0.1", "1.0.0")


def content_type(accept: str) -> str:
    """`OPENMETRICS` when the client prefers it to plain text (RFC 9110 quality values; of two
    equal ones the first named wins), else `TEXT`."""
    best, best_quality = TEXT, 0.0
    for item in accept.split(","):
        media, parameters = _item(item)
        offered = {"text/plain": TEXT, "text/*": TEXT, "*/*": TEXT}.get(media)
        if (
            media == "application/openmetrics-text"
            and parameters.get("version", "") in _OPENMETRICS_VERSIONS
        ):
            offered = OPENMETRICS
        if offered and _quality(parameters) > best_quality:
            best, best_quality = offered, _quality(parameters)
    return best


def gzip(accept_encoding: str) -> bool:
    """Whether the client takes gzip."""
    coded = dict(map(_item, accept_encoding.split(",")))
    chosen = coded.get("gzip", coded.get("*"))
    return chosen is not None and _quality(chosen) > 0


def _item(text: str) -> tuple[str, dict[str, str]]:
    value, *rest = (part.strip() for part in text.split(";"))
    pairs = (part.partition("=") for part in rest)
    return value.lower(), {name.strip().lower(): each.strip(' "') for name, _, each in pairs}


def _quality(parameters: dict[str, str]) -> float:
    try:
        return float(parameters.get("q", "1"))
    except ValueError:
        return 0.0
