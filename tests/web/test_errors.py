"""Whatever goes wrong has its page: what happened, what to do, and nothing of what was sent."""

import re
import sqlite3
from pathlib import Path

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from surveyapp import templating
from surveyapp.app import House, create_app
from surveyapp.errors import EnvironmentProblemError, RefusedError
from surveyapp.settings import Settings
from surveyapp.web import errors
from tests.inspecting import InspectingClient, Page
from tests.story import RunningPilot, installed

SENT = "something-secret-that-was-sent"


@pytest.fixture
def failing() -> FlaskClient:
    """An application whose addresses fail in every way there is."""
    app = Flask(__name__)
    from surveyapp.web import headers, pages

    pages.install(app, ("en", "de"))
    errors.install(app, pages.language_of_reader)
    headers.install(app)

    @app.route("/fail/<int:code>", methods=["GET", "POST"])
    def fail(code: int) -> str:
        abort(code, SENT)

    @app.get("/refused")
    def refused() -> str:
        raise RefusedError(SENT)

    @app.get("/broken")
    def broken() -> str:
        raise ValueError(SENT)

    return app.test_client()


@pytest.mark.parametrize("code", [code for code in errors.PAGES if code != 413])
def test_every_error_has_a_page_in_order_that_repeats_nothing(failing: FlaskClient, code: int) -> None:
    for language in ("en", "de"):
        response = failing.get(f"/fail/{code}", headers={"Accept-Language": language})

        assert response.status_code == code
        assert SENT not in response.text
        assert Page(response.text).problems() == []
        assert templating.catalogue(language).gettext(errors.PAGES[code][0]) in response.text
        assert f'<html lang="{language}">' in response.text


@pytest.mark.parametrize(("code", "shown"), [(418, 400), (415, 400), (502, 500), (504, 500)])
def test_an_error_without_own_page_gets_that_of_its_kind(failing: FlaskClient, code: int, shown: int) -> None:
    assert failing.get(f"/fail/{code}").status_code == shown


def test_what_may_not_be_done_now_is_a_conflict(failing: FlaskClient) -> None:
    response = failing.get("/refused")

    assert response.status_code == 409
    assert SENT not in response.text


def test_an_unforeseen_error_shows_no_trace(failing: FlaskClient) -> None:
    response = failing.get("/broken")

    assert response.status_code == 500
    assert SENT not in response.text
    assert "Traceback" not in response.text


@pytest.mark.parametrize(
    "address",
    [f"/{SENT}", f"/s/{SENT}", f"/s/offers.1/{SENT}", f"/assets/{SENT}", f"/staff/{SENT}", f"/nothing?x={SENT}"],
)
def test_an_address_that_leads_nowhere_is_not_repeated(pilot: RunningPilot, address: str) -> None:
    response = pilot.client.get(address)

    assert response.status_code == 404
    assert SENT not in response.text
    assert not [value for value in response.headers.values() if SENT in value]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_a_method_that_is_not_there_is_refused(pilot: RunningPilot, method: str) -> None:
    pilot.people(6)
    pilot.start()

    response = pilot.client.open("/s/offers.1", method=method, data={"code": SENT})

    assert response.status_code == 405
    assert SENT not in response.text


def test_errors_of_a_survey_speak_the_language_of_its_address(pilot: RunningPilot) -> None:
    response = pilot.client.delete("/s/offers.1?lang=de", headers={"Accept-Language": "en"})

    assert '<html lang="de">' in response.text


def test_a_form_that_is_too_large_is_not_repeated(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.start()

    response = pilot.client.post("/s/offers.1", data={"q_any_days": SENT + "x" * 2_000_000})

    assert response.status_code == 413
    assert SENT not in response.text


def test_a_form_with_too_many_fields_is_refused(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.start()

    many = "".join(f'--b\r\nContent-Disposition: form-data; name="f{number}"\r\n\r\nx\r\n' for number in range(2000))
    response = pilot.client.post("/s/offers.1", data=many + "--b--", content_type="multipart/form-data; boundary=b")

    assert response.status_code == 413


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe=%00", "application/x-www-form-urlencoded"),
        (b"q_any_days=%ff%fe", "application/x-www-form-urlencoded"),
        (b"no boundary", "multipart/form-data"),
        (b"--b\r\nbroken", "multipart/form-data; boundary=b"),
        (b'{"code": 1}', "application/json"),
        (b"", "text/plain"),
    ],
)
def test_a_body_that_is_no_form_stores_nothing(pilot: RunningPilot, body: bytes, kind: str) -> None:
    pilot.people(6)
    pilot.start()

    response = pilot.client.post("/s/offers.1", data=body, content_type=kind)

    assert response.status_code in {400, 422}
    assert pilot.house.box.turnout(pilot.key()).issued == 0


def test_a_database_that_is_gone_means_come_back_later(tmp_path: Path) -> None:
    with installed(tmp_path) as (house, client):
        (tmp_path / "var" / "office.sqlite").unlink()
        (tmp_path / "var" / "office.sqlite").mkdir()

        response = client.post("/s/offers.1", data={"code": SENT})

        assert response.status_code == 503
        assert SENT not in response.text
        assert "sqlite" not in response.text
        house.close()


def test_a_database_without_tables_means_come_back_later(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path / "var", secret_key="x" * 40)  # type: ignore[arg-type]

    response = create_app(settings).test_client().get("/s/offers.1")

    assert response.status_code == 503


def test_a_database_that_comes_back_needs_no_restart(pilot: RunningPilot, tmp_path: Path) -> None:
    pilot.people(6)
    code = pilot.start()[0]
    fields = pilot.fields(code)
    blocker = sqlite3.connect(tmp_path / "var" / "office.sqlite", isolation_level=None)
    blocker.execute("ALTER TABLE ledger RENAME TO elsewhere")

    away = pilot.post(fields)
    blocker.execute("ALTER TABLE elsewhere RENAME TO ledger")
    blocker.close()

    assert away.status_code == 503
    assert pilot.post(fields).status_code == 303


STRICT = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", 302),
        ("/staff/", 302),
        ("/staff/sign-in", 200),
        ("/s/offers.1", 200),
        ("/s/offers.1/thanks", 200),
        ("/s/nothing.1", 404),
        ("/nothing", 404),
    ],
)
def test_every_answer_carries_the_strict_headers(pilot: RunningPilot, address: str, status: int) -> None:
    pilot.people(6)
    pilot.start()

    response = pilot.client.get(address)

    assert response.status_code == status
    assert STRICT.items() <= dict(response.headers).items()
    assert response.headers["Cache-Control"] == "no-store"
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["Referrer-Policy"] == ("no-referrer" if address.startswith("/s/") else "same-origin")


def test_only_the_offered_languages_are_spoken_to_staff(tmp_path: Path) -> None:
    with installed(tmp_path, languages="de") as (_, client):
        english = {"Accept-Language": "en"}

        assert '<html lang="de">' in client.get("/staff/sign-in", headers=english).text
        assert '<html lang="de">' in client.get("/nothing", headers=english).text


def test_a_language_that_nothing_is_translated_into_is_not_offered(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path / "var", secret_key="x" * 40, languages="en,xx")  # type: ignore[arg-type]

    with pytest.raises(EnvironmentProblemError, match="xx"):
        create_app(settings)


def test_invented_languages_do_not_fill_the_memory(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.start()

    pages = {pilot.client.get(f"/s/offers.1?lang={number}").data for number in range(20)}

    assert len(pages) == 1


def test_server_processes_that_start_at_once_share_one_secret(tmp_path: Path) -> None:
    houses = [House(Settings(var_dir=tmp_path / "var")) for _ in range(4)]

    secrets = {house.secret() for house in houses}

    assert len(secrets) == 1
    assert len(secrets.pop()) >= 43
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_the_page_of_a_refused_form_is_in_order(pilot: RunningPilot) -> None:
    client = InspectingClient(pilot.client)
    form = client.get("/staff/sign-in").forms[0]
    form.fields["csrf_token"] = "invented"

    page = client.submit(form, status=400)

    assert re.search("cannot be read", page.heading)
