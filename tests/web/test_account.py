"""Signing in and one's own account: links, passwords, second steps, sessions, and what strangers learn of it."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from passlib.totp import TOTP

from surveyapp.desk.attempts import FREE
from surveyapp.desk.links import AccountLinks
from surveyapp.web.security import NewAccount, StaffRole
from tests.inspecting import Form, InspectingClient, Page
from tests.story import RunningPilot

PASSWORD = "correct horse battery staple"
NEW = "ein Wal, drei Leitern, kein Hut"
LENA = "lead@example.org"


@pytest.fixture
def lena(pilot: RunningPilot) -> str:
    """A lead of the pilot with a password."""
    return pilot.house.accounts.add(NewAccount(LENA, "Lena Lead", PASSWORD, roles={"offers": StaffRole.LEAD}))


def browser(pilot: RunningPilot) -> FlaskClient:
    return pilot.client.application.test_client()


def sign_in(client: FlaskClient, password: str = PASSWORD, address: str = LENA, status: int = 200) -> Page:
    reader = InspectingClient(client)
    return reader.submit(reader.get("/staff/sign-in").forms[0], email=address, password=password, status=status)


def form_to(page: Page, address: str) -> Form:
    return next(form for form in page.forms if form.action.startswith(address))


def actions(pilot: RunningPilot) -> list[str]:
    with pilot.house.engines["desk"].connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT e.action, e.actor FROM audit_entry e JOIN audit_link l ON l.entry_id = e.id ORDER BY l.position"
        )
        return [f"{actor}: {action}" for action, actor in rows]


# ----------------------------------------------------------------- the one-time link


def test_an_invited_account_has_no_password_until_its_link_is_used(pilot: RunningPilot) -> None:
    account = pilot.house.accounts.add(NewAccount(LENA, "Lena Lead"))
    link = f"/staff/welcome/{pilot.house.links.draw(account)}"
    client = InspectingClient(browser(pilot))

    for guess in ("", "None"):
        assert sign_in(browser(pilot), guess).heading.strip() == "Sign in"
    # A program that looks at links in mails must not use them up.
    assert [client.get(link).heading for _ in range(2)] == ["Choose your password"] * 2
    short = client.submit(client.get(link).forms[0], password="short", again="short", status=422)
    assert short.title.startswith("Error: Choose your password")
    client.submit(client.get(link).forms[0], password=NEW, again=NEW + "!", status=422)
    done = client.submit(client.get(link).forms[0], password=NEW, again=NEW)

    assert done.heading.strip() == "Sign in"
    assert client.get(link, status=404).heading == "This link no longer works"
    assert sign_in(browser(pilot), NEW).heading == "Pilots"


def test_a_link_that_is_old_withdrawn_or_of_a_closed_account_works_no_longer(pilot: RunningPilot, lena: str) -> None:
    client, house = InspectingClient(browser(pilot)), pilot.house
    early = AccountLinks(house.engines["desk"], lambda: "drawn-long-ago", lambda: house.clock() - timedelta(days=8))

    withdrawn = house.links.draw(lena)
    client.get(f"/staff/welcome/{withdrawn}")
    house.links.withdraw(lena)
    client.get(f"/staff/welcome/{withdrawn}", status=404)
    early.draw(lena)
    client.get("/staff/welcome/drawn-long-ago", status=404)
    house.accounts.add(NewAccount("admin@example.org", "Admin", PASSWORD, administrator=True))
    last = house.links.draw(lena)
    form = client.get(f"/staff/welcome/{last}").forms[0]
    house.accounts.activate(lena, active=False)

    client.submit(form, password=NEW, again=NEW, status=404)


def test_a_new_password_by_link_ends_all_sessions(pilot: RunningPilot, lena: str) -> None:
    inside = browser(pilot)
    sign_in(inside)
    client = InspectingClient(browser(pilot))

    page = client.get(f"/staff/welcome/{pilot.house.links.draw(lena)}")
    client.submit(page.forms[0], password=NEW, again=NEW)

    assert inside.get("/staff/").status_code == 302
    assert sign_in(browser(pilot)).heading.strip() == "Sign in"


# ----------------------------------------------------------------- passwords


def test_a_changed_password_counts_and_other_browsers_are_signed_out(pilot: RunningPilot, lena: str) -> None:
    assert lena
    here, there = browser(pilot), browser(pilot)
    sign_in(here)
    sign_in(there)
    client = InspectingClient(here)
    form = form_to(client.get("/staff/account/password"), "/staff/account/password")

    wrong = client.submit(form, now="not mine", password=NEW, again=NEW, status=422)
    common = client.submit(form, now=PASSWORD, password="password2027password", again="", status=422)
    done = client.submit(form, now=PASSWORD, password=NEW, again=NEW)

    assert wrong.title.startswith("Error: Your password")
    assert common.title.startswith("Error: Your password")
    assert done.heading == "Your account"
    assert there.get("/staff/").status_code == 302
    assert sign_in(browser(pilot)).heading.strip() == "Sign in"
    assert sign_in(browser(pilot), NEW).heading == "Pilots"
    assert f"{LENA}: password changed" in actions(pilot)


def test_a_password_of_an_older_version_counts_and_is_stored_anew(pilot: RunningPilot, lena: str) -> None:
    from argon2 import PasswordHasher
    from flask_security.utils import get_hmac

    app = pilot.client.application
    with app.app_context():
        mixed = PasswordHasher().hash(get_hmac(PASSWORD))
    with pilot.house.engines["desk"].begin() as connection:
        connection.exec_driver_sql("UPDATE account SET password = ?, password_mixed = 1 WHERE id = ?", (mixed, lena))

    first = sign_in(browser(pilot)).heading
    app.config["SECURITY_PASSWORD_SALT"] = "of another secret"

    assert first == "Pilots"
    assert sign_in(browser(pilot)).heading == "Pilots"
    assert sign_in(browser(pilot), "wrong").heading.strip() == "Sign in"


def test_another_secret_for_cookies_leaves_passwords_as_they_are(pilot: RunningPilot, lena: str) -> None:
    assert lena
    inside = browser(pilot)
    sign_in(inside)

    pilot.client.application.secret_key = "another secret, as after a rotation"

    assert inside.get("/staff/").status_code == 302
    assert sign_in(browser(pilot)).heading == "Pilots"


# ----------------------------------------------------------------- too many attempts


@pytest.mark.parametrize("address", [LENA, "nobody@example.org"])
def test_after_five_wrong_passwords_one_waits_whether_or_not_there_is_an_account(
    pilot: RunningPilot, lena: str, address: str
) -> None:
    assert lena
    for _ in range(FREE):
        assert sign_in(browser(pilot), "wrong", address).heading.strip() == "Sign in"

    refused = sign_in(browser(pilot), PASSWORD, address, status=429)

    assert refused.heading == "Too many attempts"
    # Others, and those who are in, notice nothing.
    pilot.house.accounts.add(NewAccount("hr@example.org", "Hedi", PASSWORD))
    assert sign_in(browser(pilot), PASSWORD, "hr@example.org").heading == "Pilots"


def test_the_wait_is_told_and_passes(pilot: RunningPilot, lena: str) -> None:
    assert lena
    client = browser(pilot)
    with time_machine.travel("2027-05-03T09:00:00Z", tick=False) as clock:
        form = InspectingClient(client).get("/staff/sign-in").forms[0]
        for _ in range(FREE):
            client.post(form.action, data=form.fields | {"email": LENA, "password": "wrong"})
        waits = client.post(form.action, data=form.fields | {"email": LENA, "password": PASSWORD})
        clock.shift(61)
        later = client.post(form.action, data=form.fields | {"email": LENA, "password": PASSWORD})

    assert (waits.status_code, waits.headers["Retry-After"]) == (429, "61")
    assert "Wait 1 min" in waits.text
    assert later.status_code == 302
    assert actions(pilot) == [f"{LENA}: sign in failed"] * FREE + [f"{LENA}: sign in"]


def test_of_an_unknown_address_the_log_says_nothing(pilot: RunningPilot) -> None:
    sign_in(browser(pilot), "wrong", "my-password-in-the-wrong-field@example.org")

    assert actions(pilot) == []


# ----------------------------------------------------------------- second step


def set_up_app(client: FlaskClient) -> TOTP:
    """Switch on the second step; return what the telephone then has."""
    reader = InspectingClient(client)
    page = reader.submit(form_to(reader.get("/staff/account/app"), "/staff/account/app"))
    answer = client.post(
        "/staff/account/app", data=form_to(reader.get("/staff/account/app"), "/staff/account/app").fields
    )
    found = re.search(r'<span class="code">([A-Z2-7-]+)</span>', answer.text)
    assert page.heading == "An app as a second step"
    assert found
    app = TOTP(key=found[1])
    confirm = form_to(Page(answer.text), "/staff/account/app/")
    assert reader.submit(confirm, code="000000").heading == "An app as a second step"
    assert reader.submit(confirm, code=app.generate().token).heading == "Your account"
    return app


def test_with_a_second_step_a_password_alone_is_not_enough(pilot: RunningPilot, lena: str) -> None:
    assert lena
    with time_machine.travel("2027-05-03T09:00:00Z", tick=False) as clock:
        inside = browser(pilot)
        sign_in(inside)
        app = set_up_app(inside)
        client = browser(pilot)
        asked = sign_in(client)

        assert asked.heading == "Code of your app"
        assert client.get("/staff/").status_code == 302
        reader = InspectingClient(client)
        assert reader.submit(asked.forms[0], code="123456").title.startswith("Error: Code of your app")
        clock.shift(60)
        code = str(app.generate().token)
        assert reader.submit(asked.forms[0], code=code).heading == "Pilots"

        # Whoever looked over the shoulder has half a minute, and no use of it.
        thief = browser(pilot)
        again = sign_in(thief)
        assert InspectingClient(thief).submit(again.forms[0], code=code).title.startswith("Error: Code of your app")
    assert f"{LENA}: second step on" in actions(pilot)


def test_guessing_codes_has_the_same_limit_as_guessing_passwords(pilot: RunningPilot, lena: str) -> None:
    assert lena
    with time_machine.travel("2027-05-03T09:00:00Z", tick=False):
        inside = browser(pilot)
        sign_in(inside)
        set_up_app(inside)
        client = browser(pilot)
        asked = sign_in(client)

        answers = [
            client.post(asked.forms[0].action, data=asked.forms[0].fields | {"code": f"{number:06}"}).status_code
            for number in range(FREE)
        ]

    assert answers == [200] * (FREE - 1) + [429]


def test_a_recovery_code_signs_in_once(pilot: RunningPilot, lena: str) -> None:
    with time_machine.travel("2027-05-03T09:00:00Z", tick=False):
        inside = browser(pilot)
        sign_in(inside)
        set_up_app(inside)
        made = inside.post(
            "/staff/account/codes",
            data=form_to(InspectingClient(inside).get("/staff/account/codes"), "/staff/account/codes").fields,
        ).text
        codes = re.findall(r'<li class="code">([0-9a-f-]+)</li>', made)

        assert len(codes) == 8
        stored = (
            pilot.house.accounts.session.connection()
            .exec_driver_sql("SELECT mf_recovery_codes FROM account")
            .scalar_one()
        )
        pilot.house.accounts.session.remove()
        assert codes[0] not in stored
        assert codes[0] not in inside.get("/staff/account/codes?show_codes=1").text
        for status in ("Pilots", "Recovery code"):
            client = browser(pilot)
            sign_in(client)
            reader = InspectingClient(client)
            assert reader.submit(reader.get("/staff/sign-in/recovery").forms[0], code=codes[0]).heading == status
        pilot.house.accounts.drop_second_step(lena)
        assert sign_in(browser(pilot)).heading == "Pilots"


def test_the_second_step_is_switched_off_by_its_owner(pilot: RunningPilot, lena: str) -> None:
    assert lena
    with time_machine.travel("2027-05-03T09:00:00Z", tick=False):
        inside = browser(pilot)
        sign_in(inside)
        set_up_app(inside)
        reader = InspectingClient(inside)
        off = next(form for form in reader.get("/staff/account/app").forms if form.fields.get("setup") == "disable")

        assert reader.submit(off).heading == "Your account"
        assert sign_in(browser(pilot)).heading == "Pilots"


@pytest.mark.parametrize("page", ["code", "recovery", "no-code", "step", "passkey"])
def test_the_later_pages_of_sign_in_let_nobody_in_by_themselves(pilot: RunningPilot, lena: str, page: str) -> None:
    assert lena
    client = browser(pilot)
    address = f"/staff/sign-in/{page}"
    token = InspectingClient(client).get("/staff/sign-in").forms[0].fields["csrf_token"]

    client.get(address)
    client.post(address, data={"csrf_token": token, "code": "123456", "which": "authenticator", "help_setup": "help"})

    assert client.get("/staff/").status_code == 302


# ----------------------------------------------------------------- sessions


def test_sessions_are_listed_and_ended_by_their_owner(pilot: RunningPilot, lena: str) -> None:
    assert lena
    here, phone, desk = (browser(pilot) for _ in range(3))
    for client in (here, phone, desk):
        sign_in(client)
    reader = InspectingClient(here)
    page = reader.get("/staff/account")
    endings = [form for form in page.forms if form.action.startswith("/staff/account/sessions/")]

    assert len(endings) == 2
    left = reader.submit(endings[0])
    assert len([form for form in left.forms if form.action.startswith("/staff/account/sessions/")]) == 1
    assert sorted(client.get("/staff/").status_code for client in (phone, desk)) == [200, 302]
    reader.submit(form_to(left, "/staff/account/sessions"))
    assert [client.get("/staff/").status_code for client in (here, phone, desk)] == [200, 302, 302]


def test_nobody_ends_the_session_of_somebody_else(pilot: RunningPilot, lena: str) -> None:
    pilot.house.accounts.add(NewAccount("hr@example.org", "Hedi", PASSWORD))
    hers, mine = browser(pilot), browser(pilot)
    sign_in(hers)
    sign_in(mine, address="hr@example.org")
    reader = InspectingClient(mine)
    form = form_to(reader.get("/staff/account"), "/staff/sign-out")
    (handle,) = (entry.handle for entry in pilot.house.sign_in.sessions.of(lena))

    reader.submit(Form(f"/staff/account/sessions/{handle}", "post", form.fields))

    assert hers.get("/staff/").status_code == 200


def test_a_stolen_cookie_is_worth_nothing_after_sign_out(pilot: RunningPilot, lena: str) -> None:
    assert lena
    client, thief = browser(pilot), browser(pilot)
    sign_in(client)
    cookie = client.get_cookie("staff", path="/staff")
    assert cookie
    thief.set_cookie("staff", cookie.value, path="/staff")
    assert thief.get("/staff/").status_code == 200

    InspectingClient(client).submit(form_to(InspectingClient(client).get("/staff/"), "/staff/sign-out"))
    thief.set_cookie("staff", cookie.value, path="/staff")

    assert thief.get("/staff/").status_code == 302


def test_an_account_that_is_closed_is_out_at_once(pilot: RunningPilot, lena: str) -> None:
    client = browser(pilot)
    sign_in(client)

    pilot.house.accounts.activate(lena, active=False)

    assert client.get("/staff/").status_code == 302
    assert sign_in(browser(pilot)).heading.strip() == "Sign in"


@pytest.mark.parametrize("page", ["password", "app", "codes", "passkeys"])
def test_an_unlocked_browser_gives_no_new_way_in(pilot: RunningPilot, lena: str, page: str) -> None:
    assert lena
    client = browser(pilot)
    with time_machine.travel("2027-05-03T09:00:00Z", tick=False) as clock:
        sign_in(client)
        clock.shift(29 * 60)
        soon = client.get(f"/staff/account/{page}").status_code
        clock.shift(2 * 60)
        late = client.get(f"/staff/account/{page}")

        assert (soon, late.status_code) == (200, 302)
        assert late.location == f"/staff/sign-in?next=/staff/account/{page}"
        assert client.get("/staff/").status_code == 302


def test_a_browser_cannot_ask_to_stay_signed_in_for_ever(pilot: RunningPilot, lena: str) -> None:
    assert lena
    client = browser(pilot)
    form = InspectingClient(client).get("/staff/sign-in").forms[0]

    client.post(form.action, data=form.fields | {"email": LENA, "password": PASSWORD, "remember": "y"})

    assert client.get_cookie("remember_token", path="/staff") is None


def test_nothing_is_signed_in_by_a_header_or_answered_in_json(pilot: RunningPilot, lena: str) -> None:
    client = browser(pilot)
    asked = {"Accept": "application/json"}

    answer = client.get("/staff/sign-in", headers=asked)
    wrong = client.post("/staff/sign-in", json={"email": LENA, "password": PASSWORD}, headers=asked)
    token = client.get("/staff/", headers={"Authentication-Token": lena})

    assert answer.mimetype == "text/html"
    assert wrong.status_code == 400
    assert token.status_code == 302


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_of_an_account_speaks_one_language(pilot: RunningPilot, lena: str, language: str) -> None:
    assert lena
    client = browser(pilot)
    sign_in(client)
    reader = InspectingClient(client)

    headings = [
        re.search(r"<h1>(.*?)</h1>", reader.raw(f"/staff/account{page}", language).text)
        for page in ("", "/password", "/app", "/codes", "/passkeys")
    ]

    german = ["Ihr Konto", "Ihr Passwort", "Eine App als zweiter Schritt", "Ersatzcodes", "Ihre Passkeys"]
    english = ["Your account", "Your password", "An app as a second step", "Recovery codes", "Your passkeys"]
    assert [found and found[1] for found in headings] == (german if language == "de" else english)
