"""What docs/mail.md tells administrators is what the program knows."""

import re
from pathlib import Path

import pytest

from surveyapp.logs import EVENTS
from surveyapp.mailing import Failure, MailState
from surveyapp.settings import PREFIX, Settings
from surveyapp.web.mail_words import FAILURES, STATES

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "mail.md").read_text("utf-8")


def test_it_names_settings_that_exist_and_all_about_mail() -> None:
    named = {name.removeprefix(PREFIX).lower() for name in re.findall(rf"{PREFIX}[A-Z_]+", TEXT)}

    assert named <= Settings.model_fields.keys()
    assert named >= {"smtp_url", "mail_from", "mail_per_minute", "base_url", "bounces"}


def test_it_names_events_that_are_logged_with_all_their_values() -> None:
    table = TEXT.partition("## What the logs say")[2]
    named = {line[0]: line[1] for line in re.findall(r"^\| `([^`]+)` \| (.*) \|$", table, re.MULTILINE)}

    assert named.keys() <= EVENTS.keys()
    for event, meaning in named.items():
        assert EVENTS[event].keys() - {"error"} <= set(re.findall(r"`(\w+)`", meaning)), event


@pytest.mark.parametrize("state", sorted(set(MailState) - {MailState.FAILED}))
def test_it_has_a_line_for_every_state(state: MailState) -> None:
    assert f"\n| {STATES[state].lower()} |" in TEXT


def test_it_has_a_line_for_every_reason() -> None:
    assert len(re.findall(r"^\| failed: ", TEXT, re.MULTILINE)) == len(Failure) == len(FAILURES)


def test_the_readme_leads_to_it() -> None:
    assert "](docs/mail.md)" in (ROOT / "README.md").read_text("utf-8")
