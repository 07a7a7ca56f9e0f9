"""A person at a browser: opens the help desk's page, answers it, and is sent back."""

from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx

from csat_tui.demo.server import DemoServer


class Form(HTMLParser):
    """The form of a page: where it goes, and what it holds."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given["action"]
        if tag == "input":
            self.fields[given["name"]] = given.get("value", "")


def answer_page(address: str, demo: DemoServer, answer: str = "allow", who: str = "agent") -> str:
    """Answer the page as somebody of the demo; returns the address that the browser is sent to."""
    email, token = demo.world.credentials[who]
    with httpx.Client(trust_env=False) as web:
        page = web.get(address)
        assert page.status_code == 200, page.text
        form = Form(page.text)
        filled = {**form.fields, "email": email, "password": token, "answer": answer}
        sent = web.post(urljoin(address, form.action), data=filled)
        assert sent.status_code == 302, sent.text
        return sent.headers["location"]


def go(address: str) -> httpx.Response:
    """Follow an address as the browser does."""
    with httpx.Client(trust_env=False) as web:
        return web.get(address)


def asked_for(address: str) -> dict[str, str]:
    """Return what an address asks for."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
