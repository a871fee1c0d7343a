"""The graph as the caller of the current request may see it: the only way routes ask for nodes."""

from __future__ import annotations

from typing import Any

from promscope_api.graph.channel import Reply
from promscope_api.graph.sight import EVERYTHING
from promscope_api.live.graph_link import GraphLink
from promscope_api.security.guard import caller
from promscope_api.security.policy import Policy
from promscope_api.security.refusal import Refused


class Seen:
    def __init__(self, link: GraphLink, policy: Policy) -> None:
        self.link = link
        self._policy = policy

    @property
    def sight(self) -> str:
        """The text of the caller's `Sight`. Raises Refused for one who may see nothing."""
        sight = self._policy.sight(caller())
        if sight is None:
            raise Refused(403, "denied", self._policy.decide(caller(), "view").sentence)
        return sight

    def ask(self, what: str, **arguments: Any) -> Reply:
        """The answer of the graph. Raises Refused, GraphUnavailable."""
        return self.link.ask_blocking(what, sight=self.sight, **arguments)

    def need_everything(self) -> None:
        """Raises Refused for one who may see some nodes only."""
        if self.sight != EVERYTHING:
            detail = "Your role shows some nodes only, and this is about all of them."
            raise Refused(403, "denied", detail)
