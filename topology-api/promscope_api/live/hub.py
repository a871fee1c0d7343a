"""`/api/v1/topology/{view}/ws`: one full message, then deltas; whoever is too slow is dropped.

Close codes: 4404 no such view, 4401 the session or token ended, 4408 reads too slowly, 4410 the
graph is not available, 4413 message too large.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qs

import msgspec
from msgspec.structs import replace

from promscope_api.graph import channel
from promscope_api.graph.topic import Topic
from promscope_api.http.wanted import wanted
from promscope_api.live.graph_link import GraphLink, GraphUnavailable
from promscope_api.security.guard import Guard, Receive, Send, accepted, refuse_socket
from promscope_api.security.lifelines import CLOSE_CODE
from promscope_api.security.principal import Principal
from promscope_api.security.refusal import Refused
from promscope_api.security.request import Scope

MAX_SUBSCRIBERS = 1000
#: Different views and filters that are watched at the same time: each costs the graph its delta.
MAX_TOPICS = 200
#: What may wait for one subscriber: messages, and bytes beyond the first message.
MAX_WAITING = 256
MAX_WAITING_BYTES = 16 * 1024 * 1024
SEND_SECONDS = 15.0
#: A message takes its reader as long as this many bytes a second do, and then SEND_SECONDS at most.
SLOWEST_BYTES_PER_SECOND = 32 * 1024
MAX_CLIENT_MESSAGE = 1024
#: A client that asks for a full message more often than this is not resyncing.
RESYNC_SECONDS = 1.0

log = logging.getLogger(__name__)


class Closed(Exception):
    """The socket ends, with a close code and a reason for the client."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class ClientMessage(msgspec.Struct, frozen=True, tag="resync", tag_field="type"):
    """The one thing a client may say: send me a full message."""


class Message(msgspec.Struct, frozen=True, gc=False):
    """What all watchers of a topic are sent: one text for everybody."""

    base: int
    version: int
    text: str


class Subscriber:
    """One socket's bounded queue. `None` in it stands for "fetch a full message"."""

    def __init__(self, topic: Topic) -> None:
        self.topic = topic
        self._waiting: deque[Message | None] = deque([None])
        self._bytes = 0
        self._news = asyncio.Event()
        self._news.set()
        self.overflow = False

    def put(self, message: Message) -> None:
        self._bytes += len(message.text)
        if len(self._waiting) >= MAX_WAITING or self._bytes > MAX_WAITING_BYTES:
            self.overflow = True
        else:
            self._waiting.append(message)
        self._news.set()

    def resync(self) -> None:
        """What waits is of no use any more: a full message replaces it."""
        self._waiting.clear()
        self._bytes = 0
        self._waiting.append(None)
        self._news.set()

    async def next(self) -> Message | None:
        """The next message, None for a full one. Raises Closed when it did not keep up."""
        while not self._waiting and not self.overflow:
            self._news.clear()
            await self._news.wait()
        if self.overflow:
            raise Closed(4408, "you read too slowly; reconnect for a full message")
        message = self._waiting.popleft()
        if message is not None:
            self._bytes -= len(message.text)
        return message


class Hub:
    """All watchers of all views. An ASGI application for the socket route, a LinkListener."""

    def __init__(
        self, link: GraphLink, guard: Guard, dropped: Callable[[str], None] = lambda _why: None
    ) -> None:
        self._link = link
        self._guard = guard
        self._dropped = dropped
        self._watchers: dict[Topic, set[Subscriber]] = {}
        self._fulls: dict[Topic, asyncio.Task[Message]] = {}

    def count(self, view: str) -> int:
        return sum(len(found) for topic, found in self._watchers.items() if topic.view == view)

    def graph_started(self) -> None:
        for topic, watchers in self._watchers.items():
            self._tell(topic, on=True)
            for watcher in watchers:
                watcher.resync()

    def graph_pushed(self, push: channel.Push) -> None:
        # Who comes from now on has missed this: a full message asked for earlier is not for them.
        self._fulls.pop(push.topic, None)
        watchers = self._watchers.get(push.topic)
        if watchers:
            message = Message(push.base, push.version, push.body.decode())
            for watcher in watchers:
                watcher.put(message)

    def layout_moved(self, moved: channel.LayoutMoved) -> None: ...

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        view = str(scope["path"]).split("/")[-2]
        principal = await self._guard.open_socket(scope, receive, send, node=view)
        if principal is None:
            return
        await receive()
        try:
            topic = replace(wanted(view, _filter(scope)), sight=self._sight(principal))
        except Refused as refused:
            await refuse_socket(scope, send, refused)
            return
        if sum(map(len, self._watchers.values())) >= MAX_SUBSCRIBERS:
            detail = f"This replica serves {MAX_SUBSCRIBERS} live maps at most."
            await refuse_socket(scope, send, Refused(503, "too-many-watchers", detail))
            return
        if topic not in self._watchers and len(self._watchers) >= MAX_TOPICS:
            detail = f"This replica serves {MAX_TOPICS} different filters at most; use another one."
            await refuse_socket(scope, send, Refused(503, "too-many-filters", detail))
            return
        await send(accepted(scope))
        with self._guard.lifelines.hold(principal) as revoked:
            await self._serve(topic, revoked, receive, send)

    async def _serve(
        self, topic: Topic, revoked: asyncio.Event, receive: Receive, send: Send
    ) -> None:
        subscriber = Subscriber(topic)
        self._add(subscriber)
        writing = asyncio.create_task(self._write(subscriber, send))
        reading = asyncio.create_task(_read(subscriber, receive))
        ending = asyncio.create_task(_end(revoked))
        tasks = (writing, reading, ending)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._remove(subscriber)
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        ended = next((result for result in results if isinstance(result, Closed)), None)
        for result in results:
            if isinstance(result, Exception) and not isinstance(result, (Closed, OSError)):
                log.error("a live map ended with an error", exc_info=result)
                ended = ended or Closed(1011, "internal error; the log has the details")
        if ended is not None:
            self._dropped({4401: "revoked", 4408: "slow", 4410: "graph"}.get(ended.code, "client"))
            with contextlib.suppress(OSError, RuntimeError, TimeoutError):
                close = {"type": "websocket.close", "code": ended.code, "reason": ended.reason}
                await asyncio.wait_for(send(close), SEND_SECONDS)

    def _add(self, subscriber: Subscriber) -> None:
        watchers = self._watchers.setdefault(subscriber.topic, set())
        watchers.add(subscriber)
        if len(watchers) == 1:
            self._tell(subscriber.topic, on=True)

    def _remove(self, subscriber: Subscriber) -> None:
        watchers = self._watchers[subscriber.topic]
        watchers.discard(subscriber)
        if not watchers:
            del self._watchers[subscriber.topic]
            self._tell(subscriber.topic, on=False)

    def _tell(self, topic: Topic, *, on: bool) -> None:
        self._link.tell("watch", topic=msgspec.to_builtins(topic), on=on)

    def _sight(self, principal: Principal) -> str:
        """Raises Refused for one who may see nothing."""
        sight = self._guard.policy.sight(principal)
        if sight is None:
            raise Refused(403, "denied", "You may see nothing here.")
        return sight

    async def _write(self, subscriber: Subscriber, send: Send) -> None:
        version = 0
        while True:
            message = await subscriber.next()
            if message is None:
                message = await self._full(subscriber.topic)
            elif message.version < version or message.base < version:
                continue
            version = message.version
            seconds = SEND_SECONDS + len(message.text) / SLOWEST_BYTES_PER_SECOND
            try:
                # cheaper than wait_for, which makes a task for each message of each subscriber
                async with asyncio.timeout(seconds):
                    await send({"type": "websocket.send", "text": message.text})
            except TimeoutError:
                raise Closed(4408, f"you did not take a message in {seconds:.0f} s") from None

    async def _full(self, topic: Topic) -> Message:
        """One for all who wait for it at the same time: of a large view each has megabytes."""
        asked = self._fulls.get(topic)
        if asked is None:
            asked = self._fulls[topic] = asyncio.create_task(self._ask_full(topic))
            asked.add_done_callback(partial(self._answered, topic))
        try:
            return await asyncio.shield(asked)
        except GraphUnavailable as error:
            raise Closed(4410, f"{error}; reconnect in a moment") from error

    async def _ask_full(self, topic: Topic) -> Message:
        reply = await self._link.ask("full", view=topic.view, query=topic.filter, sight=topic.sight)
        version = int(reply.etag)
        return Message(version, version, reply.body.decode())

    def _answered(self, topic: Topic, asked: asyncio.Task[Message]) -> None:
        if self._fulls.get(topic) is asked:
            del self._fulls[topic]
        if not asked.cancelled():
            # looked at here, for those who waited may have left
            asked.exception()


async def _end(revoked: asyncio.Event) -> None:
    await revoked.wait()
    raise Closed(CLOSE_CODE, "your session or token has ended: sign in again")


async def _read(subscriber: Subscriber, receive: Receive) -> None:
    last = 0.0
    loop = asyncio.get_running_loop()
    while True:
        message: dict[str, Any] = await receive()
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text") or message.get("bytes") or ""
        if len(text) > MAX_CLIENT_MESSAGE:
            raise Closed(4413, "a client's message is a small JSON object")
        try:
            msgspec.json.decode(text, type=ClientMessage)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
        if loop.time() - last >= RESYNC_SECONDS:
            last = loop.time()
            subscriber.resync()


def _filter(scope: Scope) -> str:
    query = bytes(scope.get("query_string", b"")).decode("ascii", "replace")
    return parse_qs(query).get("filter", [""])[0]
