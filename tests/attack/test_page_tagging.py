"""Nobody is handed a page, a key or a script of their own: the same bytes and headers for whoever asks."""

import itertools
from collections.abc import Callable, Mapping

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient

from surveyapp.app import House, web_application
from surveyapp.crypto.codes import Code
from surveyapp.web import assets
from tests.story import RunningPilot

Answer = tuple[int, bytes, tuple[tuple[str, str], ...]]
# What of a request could tell one invited person from another.
VISITORS: tuple[Mapping[str, str], ...] = (
    {},
    {"User-Agent": "Mozilla/5.0 (iPhone)"},
    {"User-Agent": "curl/8"},
    {"X-Forwarded-For": "203.0.113.9"},
    {"Accept-Language": "de-AT,de;q=0.9"},
    {"Accept": "application/json"},
    {"Accept-Encoding": "gzip, br"},
    {"Cookie": "staff=abc; seen=1"},
    {"Referer": "https://intranet.example.org/mail?id=7"},
    {"If-None-Match": '"abc"', "If-Modified-Since": "Wed, 10 Feb 2027 12:00:00 GMT"},
    {"Range": "bytes=0-100"},
    {"Authorization": "Basic YTpi"},
    {"Sec-Purpose": "prefetch"},
    {"DNT": "1", "Sec-GPC": "1"},
)


def answers(client: FlaskClient, address: str, codes: list[Code]) -> set[Answer]:
    """All answers that visitors get at *address*; a different one for anybody would be a mark."""
    places = ["127.0.0.1", "198.51.100.7", "2001:db8::1"]
    queries = ["", *(f"&code={code}" for code in codes[:2]), "&from=mail"]
    return {
        (response.status_code, response.data, tuple(sorted((k, v) for k, v in response.headers.items() if k != "Date")))
        for headers, place, query in itertools.product(VISITORS, places, queries)
        for response in (client.get(f"{address}?lang=en{query}", headers=headers, environ_base={"REMOTE_ADDR": place}),)
    }


@pytest.fixture
def codes(pilot: RunningPilot) -> list[Code]:
    pilot.people(9)
    codes = pilot.start()
    pilot.send(codes[0], any_days=1)
    return codes


ADDRESSES: Mapping[str, Callable[[RunningPilot], str]] = {
    "page": lambda pilot: f"/s/{pilot.key()}",
    "data": lambda pilot: f"/s/{pilot.key()}/ballot.json",
    "thanks": lambda pilot: f"/s/{pilot.key()}/thanks",
    "promise": lambda pilot: f"/s/{pilot.key()}/promise",
    "script": lambda _: assets.address("respondent.js"),
    "style": lambda _: assets.address("respondent.css"),
}


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
def test_everybody_gets_the_same_bytes_and_headers(
    pilot: RunningPilot, codes: list[Code], address: Callable[[RunningPilot], str]
) -> None:
    ((status, _, headers),) = answers(pilot.client, address(pilot), codes)

    assert status == 200
    assert not {name.lower() for name, _ in headers} & {"etag", "last-modified", "set-cookie", "server-timing", "vary"}


def test_another_server_process_gives_the_same_bytes(pilot: RunningPilot, codes: list[Code]) -> None:
    other = House(pilot.house.settings)
    client = web_application(other).test_client()

    for address in ADDRESSES.values():
        assert answers(client, address(pilot), codes[:1]) == answers(pilot.client, address(pilot), codes[:1])
    other.close()


def marked(how: str) -> FlaskClient:
    """A page that marks its visitors in one of the usual ways."""
    app = Flask("marking")
    visits = itertools.count()

    @app.get("/page")
    def page() -> Response:
        response = Response("page")
        if how == "etag":
            response.headers["ETag"] = f'"{next(visits)}"'
        elif how == "cookie":
            response.set_cookie("visit", str(next(visits)))
        elif how == "key":
            response.data = f"key for {request.remote_addr}"
        elif how == "language":
            response.headers["Content-Language"] = request.accept_languages.best_match(["en", "de"]) or "en"
        elif how == "code":
            response.data = request.args.get("code", "")
        return response

    return app.test_client()


@pytest.mark.parametrize("how", ["etag", "cookie", "key", "language", "code"])
def test_a_page_that_marks_its_visitors_is_found_out(how: str) -> None:
    assert len(answers(marked(how), "/page", [Code("AAAA-BBBB-CCCC-DDDD")])) > 1
