"""JSON bodies of requests: small, of the declared shape, or refused with what is wrong."""

from __future__ import annotations

from typing import TypeVar

import flask
import msgspec
from werkzeug.exceptions import RequestEntityTooLarge

from promscope_api.security.refusal import Refused

MAX_BYTES = 16 * 1024

Body = TypeVar("Body", bound=msgspec.Struct)


def read_body(shape: type[Body]) -> Body:
    """The current request's body as `shape`. Raises Refused: 413 above MAX_BYTES, 400 for
    anything that is not of this shape."""
    flask.request.max_content_length = MAX_BYTES
    try:
        return msgspec.json.decode(flask.request.get_data(cache=False) or b"{}", type=shape)
    except RequestEntityTooLarge as error:
        raise Refused(413, "too-large", f"A body has at most {MAX_BYTES} bytes.") from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(400, "bad-body", f"The body cannot be used: {error}") from error
