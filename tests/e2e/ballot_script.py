"""A page that has loaded the browser's side of the sealed ballot, and what tests need to talk to it."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Browser, Page, Route

from surveyapp.web import assets, headers

VECTORS = Path(__file__).parents[1] / "vectors"
Vector = dict[str, str]


@contextmanager
def loaded(browser: Browser) -> Iterator[Page]:
    """Load the script from its real route, under the real headers; `text` and `bytes` are its base64url."""
    app = Flask("only the assets")
    app.register_blueprint(assets.make_blueprint())
    app.add_url_rule("/", view_func=lambda: "<!doctype html><title>Ballot</title>")
    headers.install(app)
    client = app.test_client()

    def serve(route: Route) -> None:
        answer = client.get(urlsplit(route.request.url).path)
        route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.data)

    context = browser.new_context()
    context.route("**/*", serve)
    page = context.new_page()
    page.goto("http://127.0.0.1/")  # a secure context, without which there is no WebCrypto
    page.evaluate(
        "async address => { window.ballot = await import(address); window.bytes = ballot.fromBase64url;"
        " window.text = ballot.toBase64url; }",
        assets.address("ballot.js"),
    )
    yield page
    context.close()


def refusal(page: Page, script: str, argument: object) -> str | None:
    """Return the name of the error that *script* ends with."""
    name: str | None = page.evaluate(
        f"async argument => ({script})(argument).then(() => null, error => error.constructor.name)", argument
    )
    return name


def text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def octets(content: str) -> bytes:
    return base64.urlsafe_b64decode(content + "=" * (-len(content) % 4))


def unhex(content: str) -> bytes:
    return bytes.fromhex(content.removeprefix("0x"))


def vectors(path: Path) -> list[Vector]:
    found: list[Vector] = json.loads(path.read_text()) if path.exists() else []
    return found
