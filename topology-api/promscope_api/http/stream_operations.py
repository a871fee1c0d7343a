"""The routes of streams: logs of containers, once and live, terminals, and files."""

from __future__ import annotations

from promscope_api.http.moment import SYNTAX
from promscope_api.http.nodes import MAX_ID
from promscope_api.http.operation import ANY, TEXT, Operation, Parameter
from promscope_api.live.files import FileList
from promscope_api.live.logs import DEFAULT_LIMIT, DEFAULT_TAIL, MAX_LIMIT
from promscope_api.live.stream_socket import (
    OpenExec,
    OpenLogs,
    Pause,
    Reattach,
    Resized,
    Resume,
    StreamEnd,
    StreamOpened,
)

NDJSON = "application/x-ndjson"
_CONTAINER = Parameter(
    "node", "path", "A container's id.", {"type": "string", "maxLength": MAX_ID},
    "container:4f1c0d2b9a7e",
)  # fmt: skip
_BOOLEAN = {"type": "boolean", "default": False}
_MOMENT = {"type": "string", "maxLength": 40}
_PATH = Parameter(
    "path", "query", "An absolute path in the container.",
    {"type": "string", "maxLength": 4096, "default": "/"}, "/etc",
)  # fmt: skip
_FAILURES = (400, 404, 409, 502, 503, 504)

STREAM_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "get", "/api/v1/nodes/{node}/logs", "nodeLogs",
        "The log of a container, from its engine: lines of text without control sequences, or one"
        " JSON object (time, output, text) per line.",
        str, TEXT, other_media=NDJSON,
        parameters=(
            _CONTAINER,
            Parameter(
                "format", "query", "text or ndjson.",
                {"type": "string", "enum": ["text", "ndjson"], "default": "text"},
            ),
            Parameter(
                "tail", "query", "So many of the last lines, or all.",
                {"type": "string", "pattern": "^([0-9]+|all)$", "default": str(DEFAULT_TAIL)},
            ),
            Parameter("since", "query", f"Lines from this moment on: {SYNTAX}.", _MOMENT),
            Parameter("until", "query", "Lines before this moment.", _MOMENT),
            Parameter(
                "output", "query", "Which output of the container.",
                {"type": "string", "enum": ["both", "stdout", "stderr"], "default": "both"},
            ),
            Parameter("follow", "query", "Go on with what comes.", _BOOLEAN),
            Parameter(
                "limit", "query", "Bytes of the engine's log at most; a last line says if it ended"
                " here.",
                {"type": "integer", "minimum": 0, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
            ),
            Parameter("download", "query", "As a file.", _BOOLEAN),
        ),
        errors=(400, 404, 409, 502, 503, 504), tag="control",
        permission="logs", audit="container-logs",
    ),
    Operation(
        "get", "/api/v1/nodes/{node}/logs/ws", "watchLogs",
        "A WebSocket with the log of a container. The client begins with its wish; then binary"
        " messages have the engine's frames: output (1 stdout, 2 stderr, 3 a remark of the probe),"
        " three zeros, length in 4 bytes, big-endian, then the text with its time in front. Close"
        " codes: 1000 after `end`, 4400 not such a message, 4401 session or token ended, 4408 too"
        " slow.",
        status=101, parameters=(_CONTAINER,), errors=(503,), tag="control",
        messages=((StreamOpened, StreamEnd), (OpenLogs, Pause, Resume)),
        permission="logs", audit="container-logs",
    ),
    Operation(
        "get", "/api/v1/nodes/{node}/exec/ws", "openTerminal",
        "A WebSocket with a terminal in a container. The client begins with its wish; then binary"
        " messages have what is shown and what is typed. It ends the shell when it closes; with"
        " keep_seconds only when it closes with code 1000, and otherwise the same user can come"
        " back within that time (reattach), at the same replica, and gets what was printed last"
        " once more. As root only with the permission exec-root. Close codes as for logs, and 4409"
        " looked at elsewhere.",
        status=101, parameters=(_CONTAINER,), errors=(503,), tag="control",
        messages=((StreamOpened, StreamEnd), (OpenExec, Reattach, Resized)),
        permission="exec", audit="container-exec",
    ),
    Operation(
        "get", "/api/v1/nodes/{node}/files", "listFiles",
        "A folder of a container, by the engine's archive: it needs no program in the container,"
        " which need not run. What is in a volume is listed too; /proc and /sys are not"
        " there. At most 10,000 entries, found within 20 s and 2 GiB.",
        FileList, parameters=(_CONTAINER, _PATH), errors=_FAILURES, tag="control",
        permission="files", audit="container-files",
    ),
    Operation(
        "get", "/api/v1/nodes/{node}/files/content", "fileContent",
        "The content of a file in a container, as it is; a link is not followed. At most 16 GiB.",
        bytes, ANY, parameters=(_CONTAINER, _PATH), errors=_FAILURES, tag="control",
        permission="files", audit="container-files",
    ),
    Operation(
        "get", "/api/v1/nodes/{node}/files/archive", "fileArchive",
        "A file or folder of a container as a tar archive, as the engine makes it. At most 16 GiB;"
        " where it breaks off, the connection does. Names and links in it are the container's:"
        " unpack it where they can do no harm.",
        bytes, "application/x-tar", parameters=(_CONTAINER, _PATH), errors=_FAILURES,
        tag="control", permission="files", audit="container-files",
    ),
)  # fmt: skip
