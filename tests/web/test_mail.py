"""The mails of a pilot on pages: what they say, how far they are, and one of them sent to oneself."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

from surveyapp.desk.audit import Wanted
from surveyapp.desk.store import Audited
from surveyapp.mailing import Failure, MailState, Template
from surveyapp.mailroom import SAMPLE_CODE, SAMPLE_NAME
from surveyapp.office.tables import ACCESS, OUTBOX, REMINDER_STOP
from tests.inspecting import InspectingClient
from tests.keeping import Keeper, staff
from tests.postbox import smtp
from tests.story import RunningPilot, installed

MAIL = "/staff/pilots/offers/mail"


@pytest.fixture
def staffed(pilot: RunningPilot) -> RunningPilot:
    staff(pilot)
    return pilot


def lead(pilot: RunningPilot) -> InspectingClient:
    return InspectingClient(Keeper(pilot, "lead").client)


def settle(pilot: RunningPilot, *fates: tuple[MailState, Failure | None]) -> None:
    """Claim one mail for each of *fates* and let it end like that."""
    for state, reason in fates:
        mail = pilot.house.outbox.claim()
        assert mail is not None
        pilot.house.outbox.settle(mail, state, reason)


def rows(pilot: RunningPilot) -> tuple[int, ...]:
    with pilot.house.engines["office"].connect() as connection:
        return tuple(
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (ACCESS, OUTBOX, REMINDER_STOP)
        )


def audited(pilot: RunningPilot) -> list[Audited]:
    entries = pilot.house.audit_log.page(Wanted(), 1).entries
    return [entry for entry in entries if entry.action.startswith("mails")]


# --------------------------------------------------------------------- how far they are


def test_before_the_first_wave_the_page_says_what_comes(staffed: RunningPilot) -> None:
    text = lead(staffed).raw(MAIL).text

    assert "No wave has started yet" in text
    assert 'href="/staff/pilots/offers/waves"' in text


def test_invitations_are_counted_by_state(staffed: RunningPilot) -> None:
    staffed.people(12)
    staffed.house.starting.start(staffed.key())
    settle(staffed, *[(MailState.SENT, None)] * 7, (MailState.FAILED, Failure.ADDRESS))

    text = lead(staffed).raw(MAIL).text

    assert '<progress id="sent-1-invitation" max="12" value="7"></progress>' in text
    assert re.findall(r'<span class="tag">(\w+: \d+)</span>', text) == ["Planned: 4", "Sent: 7", "Failed: 1"]


def test_reminders_are_counted_nowhere(staffed: RunningPilot) -> None:
    staffed.people(60)
    staffed.start()
    before = lead(staffed).raw(MAIL).text
    planned = staffed.house.fieldwork.remind(staffed.key())

    # The positive control: the reminders are there, and one of them failed.
    settle(staffed, (MailState.FAILED, Failure.ADDRESS))
    assert (planned, staffed.house.outbox.counts(staffed.key())[MailState.PLANNED]) == (60, 59)

    assert words(lead(staffed).raw(MAIL).text) == words(before)


def words(text: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]*"', "", text)


def test_whose_mail_failed_is_named_with_the_reason(staffed: RunningPilot) -> None:
    staffed.people(12)
    staffed.house.starting.start(staffed.key())
    settle(staffed, (MailState.FAILED, Failure.ADDRESS))

    text = lead(staffed).raw(MAIL).text

    assert "the mail server takes no mail to this address" in text
    assert len(re.findall(r'href="/staff/people/offers/person/[0-9a-f]{32}"', text)) == 1


@pytest.mark.parametrize(
    ("state", "which", "said"),
    [(MailState.IN_DOUBT, "doubtful", "Some people may get two."), (MailState.FAILED, "failed", "are sent again.")],
)
def test_what_is_in_doubt_or_has_failed_is_sent_again_on_a_click_only(
    staffed: RunningPilot, state: MailState, which: str, said: str
) -> None:
    staffed.people(6)
    staffed.house.starting.start(staffed.key())
    settle(staffed, (state, Failure.REFUSED if state is MailState.FAILED else None), *[(MailState.SENT, None)] * 5)
    client = lead(staffed)
    assert staffed.house.outbox.claim() is None

    (form,) = client.get(MAIL).forms[1:]
    client.post(form, {})

    assert form.action == f"{MAIL}/1/{which}"
    assert staffed.house.outbox.counts(staffed.key()) == {MailState.PLANNED: 1, MailState.SENT: 5}
    assert said in client.raw(MAIL).text
    (entry,) = audited(staffed)
    assert (entry.action, entry.detail) == (f"mails {which} again", "offers.1")


def test_a_second_click_plans_nothing(staffed: RunningPilot) -> None:
    staffed.people(6)
    staffed.house.starting.start(staffed.key())
    settle(staffed, (MailState.IN_DOUBT, None), *[(MailState.SENT, None)] * 5)
    client = lead(staffed)
    (form,) = client.get(MAIL).forms[1:]

    client.submit(form)
    settle(staffed, (MailState.SENT, None))
    client.raw(MAIL)
    client.post(form, {})

    assert staffed.house.outbox.claim() is None
    assert "nothing was planned" in client.raw(MAIL).text
    assert len(audited(staffed)) == 1


def test_reminders_in_doubt_are_sent_again_too(staffed: RunningPilot) -> None:
    staffed.people(6)
    staffed.start()
    staffed.house.fieldwork.remind(staffed.key())
    settle(staffed, *[(MailState.IN_DOUBT, None)] * 2, *[(MailState.SENT, None)] * 4)
    client = lead(staffed)

    (form,) = client.get(MAIL).forms[1:]
    client.submit(form)

    assert staffed.house.outbox.counts(staffed.key()) == {MailState.PLANNED: 2, MailState.SENT: 10}


# --------------------------------------------------------------------- what they say


def test_every_mail_is_shown_in_every_language_before_and_after_the_start(staffed: RunningPilot) -> None:
    staffed.people(12)
    client = lead(staffed)
    mails = [(template, f"{MAIL}/{template}/{language}") for template in Template for language in ("en", "de")]

    planned = {address: client.raw(address).text for _, address in mails}
    left = rows(staffed)
    staffed.house.starting.start(staffed.key())
    started = {address: client.raw(address).text for _, address in mails}

    assert left == (0, 0, 0)  # looking makes no code, no token and no mail
    assert all("The wave has not started" in text for text in planned.values())
    assert not any("The wave has not started" in text for text in started.values())
    for template, address in mails:
        leads_on = template is not Template.CANCELLATION
        assert SAMPLE_NAME in planned[address]
        assert SAMPLE_NAME in started[address]
        assert (SAMPLE_CODE in planned[address]) == (SAMPLE_CODE in started[address]) == leads_on
        assert (staffed.poll().fingerprint in started[address]) == leads_on


def test_the_body_may_use_its_own_style_and_nothing_else(staffed: RunningPilot) -> None:
    staffed.people(12)

    answer = lead(staffed).raw(f"{MAIL}/invitation/en/body.html")

    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["style-src"] == f"'sha256-{digest}'"
    assert policy["default-src"] == "'none'"
    assert "sandbox" in policy


@pytest.mark.parametrize("path", ["invitation/fr", "farewell/en", "invitation/fr/body.html", "charter_locked/en"])
def test_what_is_no_mail_is_not_found(staffed: RunningPilot, path: str) -> None:
    staffed.people(12)

    assert lead(staffed).raw(f"{MAIL}/{path}").status_code == 404


def test_the_sample_code_opens_nothing(staffed: RunningPilot) -> None:
    staffed.people(12)
    staffed.house.starting.start(staffed.key())

    assert staffed.send(SAMPLE_CODE, any_days=1).status_code == 422


# --------------------------------------------------------------------- one to oneself


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("250 ok", "has taken the test mail to lead@example.org"),
        ("550 no such user", "takes no mail to your address"),
        ("451 busy", "takes no such mail now"),
    ],
)
def test_a_mail_to_oneself_says_what_became_of_it(tmp_path: Path, reply: str, said: str) -> None:
    with smtp(lambda *_: reply) as (url, postbox), installed(tmp_path, smtp_url=url) as (house, browser):
        pilot = RunningPilot(house, browser)
        staff(pilot)
        pilot.people(12)
        client = lead(pilot)
        (_, form) = client.get(f"{MAIL}/reminder/de").forms

        client.post(form, {})

        assert said in client.raw(f"{MAIL}/reminder/de").text
        assert [str(mail["To"]) for mail in postbox.mails] == ["Lead <lead@example.org>"] * reply.startswith("250")
        for mail in postbox.mails:
            body = mail.get_body(("plain",))
            assert mail["Subject"].startswith("[Test] ")
            assert body is not None
            assert SAMPLE_CODE in body.get_content()
        assert rows(pilot) == (0, 0, 0)


def test_a_server_that_is_away_is_told(tmp_path: Path) -> None:
    with smtp() as (url, _):
        pass
    with installed(tmp_path, smtp_url=url) as (house, browser):
        pilot = RunningPilot(house, browser)
        staff(pilot)
        pilot.people(12)
        client = lead(pilot)
        (_, form) = client.get(f"{MAIL}/invitation/en").forms

        client.post(form, {})

        assert "The mail server cannot be reached" in client.raw(f"{MAIL}/invitation/en").text


def test_without_a_server_the_mail_is_a_file(staffed: RunningPilot) -> None:
    staffed.people(12)
    client = lead(staffed)
    (_, form) = client.get(f"{MAIL}/invitation/en").forms

    client.post(form, {})

    assert "is a file in the folder of mails" in client.raw(f"{MAIL}/invitation/en").text
    (file,) = staffed.house.settings.var_dir.rglob("*.eml")
    assert b"[Test]" in file.read_bytes()
