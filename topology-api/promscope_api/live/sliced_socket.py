"""uvicorn's WebSocket, sending a large message as fragments (RFC 6455, 5.4) at its reader's pace.

A whole message would be copied into each connection's write buffer: a fleet's map has megabytes,
and the same one goes to hundreds of readers. This way each holds a fragment; the text is shared.
"""

from __future__ import annotations

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState

#: Characters of a fragment; a text of up to so many is one frame.
FRAGMENT = 32 * 1024


class SlicedSocket(WebSocketsSansIOProtocol):
    """A `websocket.send` that is cancelled may have sent a part: close the socket then."""

    async def send(self, message: ASGISendEvent) -> None:
        text = message.get("text") if message["type"] == "websocket.send" else None
        if isinstance(text, str) and len(text) > FRAGMENT:
            await self._send_text(text)
        else:
            await super().send(message)

    async def _send_text(self, text: str) -> None:
        for start in range(0, len(text), FRAGMENT):
            await self.writable.wait()
            if self.disconnected or self.close_sent:
                raise ClientDisconnected
            piece = text[start : start + FRAGMENT].encode()
            final = start + FRAGMENT >= len(text)
            try:
                if start:
                    self.conn.send_continuation(piece, final)
                else:
                    self.conn.send_text(piece, final)
            except InvalidState:
                raise ClientDisconnected from None
            self.transport.write(b"".join(self.conn.data_to_send()))
