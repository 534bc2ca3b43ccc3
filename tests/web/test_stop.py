"""The way out of reminders: GET changes nothing, the button and one click do, and nobody learns anything by trying."""

import re

import pytest

from surveyapp.mailing import MailState
from surveyapp.office.outbox import ClaimedMail
from tests.inspecting import InspectingClient
from tests.story import RunningPilot

PEOPLE = 8


def mails(pilot: RunningPilot) -> list[ClaimedMail]:
    """Claim and settle everything that is planned."""
    found = []
    while (mail := pilot.house.outbox.claim()) is not None:
        pilot.house.outbox.settle(mail, MailState.SENT)
        found.append(mail)
    return found


@pytest.fixture
def invited(pilot: RunningPilot) -> list[ClaimedMail]:
    pilot.people(PEOPLE)
    pilot.house.starting.start(pilot.key())
    return mails(pilot)


def reminded(pilot: RunningPilot) -> set[str]:
    pilot.house.fieldwork.remind(pilot.key())
    return {mail.email for mail in mails(pilot)}


@pytest.mark.parametrize("way", ["button", "one click", "whole link"])
def test_whoever_says_no_gets_no_reminder_and_all_others_do(
    pilot: RunningPilot, invited: list[ClaimedMail], way: str
) -> None:
    first = invited[0]
    if way == "one click":
        answer = pilot.client.post(f"/stop/{first.stop}", data={"List-Unsubscribe": "One-Click"})
    else:
        typed = first.stop if way == "button" else f"http://127.0.0.1:8000/stop?lang=en#{first.stop}"
        answer = pilot.client.post("/stop", data={"token": typed})

    assert answer.status_code == 200
    assert reminded(pilot) == {mail.email for mail in invited[1:]}


def test_looking_at_the_page_changes_nothing(pilot: RunningPilot, invited: list[ClaimedMail]) -> None:
    for address in ("/stop", f"/stop/{invited[0].stop}"):
        pilot.client.get(address)
        pilot.client.head(address)

    assert len(reminded(pilot)) == PEOPLE


def test_a_real_link_and_an_invented_one_get_the_same_words(pilot: RunningPilot, invited: list[ClaimedMail]) -> None:
    invented = re.sub(r".$", lambda last: "A" if last[0] != "A" else "B", str(invited[0].stop))
    typed = (invited[0].stop, invented, "", "x" * 5000, "offers.", "\x00", "näher")

    answers = {pilot.client.post("/stop", data={"token": one}).data for one in typed}

    assert len(answers) == 1
    assert len(reminded(pilot)) == PEOPLE - 1


def test_the_link_that_answers_stays_good(pilot: RunningPilot, invited: list[ClaimedMail]) -> None:
    pilot.client.post("/stop", data={"token": invited[0].stop})

    assert pilot.send(str(invited[0].code)).status_code == 303


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_page_is_in_order_and_leaves_no_cookie(pilot: RunningPilot, language: str) -> None:
    client = InspectingClient(pilot.client)

    page = client.get(f"/stop?lang={language}")
    answer = client.raw(f"/stop?lang={language}")

    assert page.heading == {"en": "No more reminders?", "de": "Keine Erinnerungen mehr?"}[language]
    assert "Set-Cookie" not in answer.headers
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
