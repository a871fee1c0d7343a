"""A Grafana server, through its HTTP API, with errors in words for the operator.

grafana-client stays below 4 because later versions bring urllib3-future, which takes the place of
urllib3 in the whole environment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import requests
from grafana_client import GrafanaApi  # type: ignore[import-untyped]
from grafana_client.client import (  # type: ignore[import-untyped]
    GrafanaClientError,
    GrafanaException,
)

Json = dict[str, Any]

_TIMEOUT_SECONDS = 15.0


class GrafanaRefused(Exception):
    """Grafana did not do it; the text says why and the remedy."""


class Server:
    """One organisation of one Grafana. Every method raises GrafanaRefused."""

    def __init__(self, url: str, token: str, ca_file: str = "") -> None:
        self.url = url.rstrip("/")
        # The library wants a prefix of the path to end with a slash.
        self._api = GrafanaApi.from_url(f"{self.url}/", token, _TIMEOUT_SECONDS)
        if ca_file:
            self._api.client.verify = ca_file

    def plugins(self) -> set[str]:
        """The ids of the installed plugins."""
        return {str(one["id"]) for one in self._ask(self._api.plugin.list)}

    def folder(self, uid: str) -> Json | None:
        return self._found(self._api.folder.get_folder, uid)

    def make_folder(self, uid: str, title: str) -> None:
        self._ask(self._api.folder.create_folder, title, uid)

    def drop_folder(self, uid: str) -> None:
        self._ask(self._api.folder.delete_folder, uid)

    def is_empty(self, folder: str) -> bool:
        """True if the folder holds nothing that a search finds."""
        found = self._ask(self._api.client.GET, f"/search?folderUIDs={folder}")
        return not found

    def source(self, uid: str) -> Json | None:
        return self._found(self._api.datasource.get_datasource_by_uid, uid)

    def make_source(self, model: Mapping[str, Any]) -> None:
        self._ask(self._api.datasource.create_datasource, dict(model))

    def change_source(self, model: Mapping[str, Any]) -> None:
        self._ask(self._api.datasource.update_datasource_by_uid, model["uid"], dict(model))

    def drop_source(self, uid: str) -> None:
        self._ask(self._api.datasource.delete_datasource_by_uid, uid)

    def dashboard(self, uid: str) -> Json | None:
        """`dashboard`, the model, and `meta` with its `folderUid`."""
        return self._found(self._api.dashboard.get_dashboard, uid)

    def put_dashboard(self, model: Mapping[str, Any], folder: str, message: str) -> None:
        """Make it, or take the place of the one with its uid."""
        wanted = {"dashboard": dict(model), "folderUid": folder, "overwrite": True}
        self._ask(self._api.dashboard.update_dashboard, wanted | {"message": message})

    def drop_dashboard(self, uid: str) -> None:
        self._ask(self._api.dashboard.delete_dashboard, uid)

    def _found(self, call: Callable[[str], Any], uid: str) -> Json | None:
        found = self._ask(call, uid, absent=True)
        return found if isinstance(found, dict) else None

    def _ask(
        self, call: Callable[..., Any], *values: Any, absent: bool = False, **more: Any
    ) -> Any:
        try:
            return call(*values, **more)
        except GrafanaException as error:
            if absent and error.status_code == 404:
                return None
            raise GrafanaRefused(self._words(error)) from error
        except (requests.RequestException, ValueError) as error:
            raise GrafanaRefused(
                f"{self.url} does not answer as a Grafana does"
                f" ({type(error).__name__}): is --url its address, and does it run?"
            ) from error

    def _words(self, error: GrafanaException) -> str:
        if error.status_code in (401, 403):
            return (
                f"{self.url} does not allow it ({error.status_code}): give the token of a service"
                " account with the role Admin"
            )
        if isinstance(error, GrafanaClientError):
            return f"{self.url} refuses it: {error.message}"
        return f"{self.url} failed: {error.message or 'no answer in time'}"
