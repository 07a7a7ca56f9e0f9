"""Zenpy, unmodified, pointed at a help desk on this machine: the independent witness of what was delivered."""

from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from zenpy import Zenpy

SUBDOMAIN = "larder-lane"


class ToLoopback(HTTPAdapter):
    """Carries requests for https://{subdomain}.zendesk.com to another address, and the answers back unchanged."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        super().__init__(**Zenpy.http_adapter_kwargs())

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        asked = urlsplit(request.url or "")
        there = request.copy()
        there.url = f"{self._url}{asked.path}" + (f"?{asked.query}" if asked.query else "")
        there.headers["Host"] = asked.netloc
        there.headers["X-Forwarded-Proto"] = "https"
        answer = super().send(there, *args, **kwargs)
        answer.request, answer.url = request, request.url or ""
        return answer


def zenpy_client(url: str, email: str, token: str, **options: Any) -> Zenpy:
    """Give a Zenpy that believes it talks to Zendesk; nothing is cached, so that every look is a fresh one."""
    session = requests.Session()
    session.trust_env = False
    session.mount(f"https://{SUBDOMAIN}.zendesk.com", ToLoopback(url))
    return Zenpy(
        subdomain=SUBDOMAIN, email=email, token=token, session=session, disable_cache=True, timeout=10, **options
    )
