"""The steps of a pilot, its waves and its register on pages."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from surveyapp.charter.register import WaveMoved
from surveyapp.checklist import StepState, merges, steps
from surveyapp.desk.charters import current_charter
from surveyapp.errors import RefusedError
from surveyapp.mailing import MailState
from surveyapp.office.people import Entry
from surveyapp.outlooks import Outlooks
from surveyapp.wave import WaveState
from surveyapp.web.security import NewAccount, StaffRole
from tests.inspecting import Form, InspectingClient
from tests.story import RunningPilot, installed

PASSWORD = "correct horse battery"


@pytest.fixture
def staffed(pilot: RunningPilot) -> RunningPilot:
    with pilot.client.application.app_context():
        for role in (StaffRole.LEAD, StaffRole.TRUSTEE, StaffRole.HR):
            pilot.house.accounts.add(NewAccount(f"{role}@example.org", role.title(), PASSWORD, roles={"offers": role}))
    return pilot


def signed_in(pilot: RunningPilot, who: str = "lead") -> InspectingClient:
    client = InspectingClient(pilot.client.application.test_client())
    client.submit(client.get("/staff/sign-in").forms[0], email=f"{who}@example.org", password=PASSWORD)
    return client


def states(pilot: RunningPilot) -> dict[str, StepState]:
    return {step.name: step.state for step in steps(pilot.house.checklist.facts("offers"))}


def form(client: InspectingClient, number: int, act: str) -> Form:
    forms = client.get("/staff/pilots/offers/waves").forms
    return next(form for form in forms if form.action.endswith(f"/waves/{number}/{act}"))


# --------------------------------------------------------------------- steps


def test_first_somebody_has_to_be_on_the_list(staffed: RunningPilot) -> None:
    found = states(staffed)

    assert (found["People"], found["Start"], found["Readout"]) == (
        StepState.NOW,
        StepState.WAITING,
        StepState.WAITING,
    )


def test_step_by_step_a_wave_is_held(staffed: RunningPilot) -> None:
    staffed.people(12)
    assert states(staffed)["Start"] == StepState.NOW

    codes = staffed.start()
    assert (states(staffed)["Start"], states(staffed)["Remind"]) == (StepState.DONE, StepState.ANY)
    assert states(staffed)["Open the ballot box"] == StepState.WAITING

    for code in codes:
        staffed.send(code, any_days=3)
    staffed.house.fieldwork.close(staffed.key())
    assert states(staffed)["Open the ballot box"] == StepState.NOW

    staffed.house.revealing.reveal(staffed.key())
    assert states(staffed)["Readout"] == StepState.NOW
    assert states(staffed)["Start"] == StepState.NOW  # of the next wave


def test_teams_that_will_be_merged_are_shown_before_anything_is_sent(staffed: RunningPilot) -> None:
    entries = [Entry(f"p{number}@example.org", "", "sales", "en") for number in range(12)]
    staffed.house.people.enter("offers", [*entries, Entry("alone@example.org", "", "support", "en")])

    (small,) = [team for team, _, _ in merges(staffed.house.checklist.facts("offers")) if team == "support"]
    text = signed_in(staffed).raw("/staff/pilots/offers").text

    assert small == "support"
    assert "Teams that are too small" in text


def test_who_can_do_a_step_gets_the_way_to_it(staffed: RunningPilot) -> None:
    lead, trustee = (signed_in(staffed, who).raw("/staff/pilots/offers").text for who in ("lead", "trustee"))

    assert '<h3><a href="/staff/people/offers">' in lead
    assert '<h3><a href="/staff/people/offers">' not in trustee
    assert '<h3><a href="/staff/trustee/offers">' in trustee
    assert '<h3><a href="/staff/trustee/offers">' not in lead


def test_the_steps_are_told_in_german_too(staffed: RunningPilot) -> None:
    text = signed_in(staffed).raw("/staff/pilots/offers", language="de").text

    assert "Noch steht niemand auf der Liste" in text
    assert "jetzt dran" in text


# --------------------------------------------------------------------- waves


def test_a_wave_is_started_extended_and_closed_on_its_page(staffed: RunningPilot) -> None:
    staffed.people(12)
    lead = signed_in(staffed)

    lead.submit(form(lead, 1, "start"))
    closes = staffed.house.fieldwork.plan("offers")[0].closes_at
    lead.submit(form(lead, 1, "extend"), until=f"{closes + timedelta(days=2):%Y-%m-%dT%H:%M}")
    lead.submit(form(lead, 1, "close"))

    (wave, *_) = staffed.house.fieldwork.plan("offers")
    assert (wave.state, wave.closes_at) == (WaveState.CLOSED, closes + timedelta(days=2))


def test_the_silent_are_reminded_alone_from_fifty_on_and_nobody_learns_how_many(staffed: RunningPilot) -> None:
    staffed.people(60)
    codes = staffed.start()
    for code in codes[:3]:
        staffed.send(code, any_days=1)
    lead = signed_in(staffed)

    lead.submit(form(lead, 1, "remind-silent"))
    mailed = 0
    while (mail := staffed.house.outbox.claim()) is not None:
        mailed += 1
        staffed.house.outbox.settle(mail, MailState.SENT)

    assert mailed == 57
    assert staffed.house.outbox.counts(staffed.key()) == {MailState.SENT: 60}  # the invitations alone


def test_among_few_nobody_is_reminded_for_being_silent(staffed: RunningPilot) -> None:
    staffed.people(49)
    staffed.start()
    lead = signed_in(staffed)

    page = lead.submit(form(lead, 1, "remind-silent"), 422)

    assert page.title.startswith("Error: Waves")
    assert staffed.house.outbox.claim() is None


def test_a_refusal_says_why_on_the_page(staffed: RunningPilot) -> None:
    staffed.people(12)
    staffed.start()
    lead = signed_in(staffed)
    extend = form(lead, 1, "extend")

    closes = staffed.house.fieldwork.plan("offers")[0].closes_at
    page = lead.submit(extend, 422, until=f"{closes + timedelta(days=15):%Y-%m-%dT%H:%M}")

    assert page.title.startswith("Error: Waves")
    assert staffed.house.fieldwork.plan("offers")[0].closes_at == closes


def test_nothing_is_destroyed_without_a_tick(staffed: RunningPilot) -> None:
    staffed.people(12)
    staffed.start()
    lead = signed_in(staffed)

    lead.submit(form(lead, 1, "cancel"), 422)
    assert staffed.house.fieldwork.plan("offers")[0].state == WaveState.STARTED
    lead.submit(form(lead, 1, "cancel"), sure="yes")

    assert staffed.house.fieldwork.plan("offers")[0].state == WaveState.CANCELLED


def test_a_wave_is_moved_until_it_starts(staffed: RunningPilot) -> None:
    staffed.people(12)
    lead = signed_in(staffed)
    opens = staffed.house.fieldwork.plan("offers")[0].opens_at + timedelta(hours=1)

    lead.submit(form(lead, 1, "move"), opens_at=f"{opens:%Y-%m-%dT%H:%M}")
    moved = staffed.house.fieldwork.plan("offers")[0]
    staffed.start()
    change = WaveMoved(1, opens.replace(tzinfo=None), moved.closes_at.replace(tzinfo=None) + timedelta(hours=1))

    assert moved.opens_at == opens
    with pytest.raises(RefusedError, match="can be extended, not moved"):
        staffed.house.registering.enter("offers", change, actor="lead")


@pytest.mark.parametrize("opens_at", ["", "soon", "2027-05-03T08:00+02:00", "2028-01-01T00:00"])
def test_times_that_are_none_or_lie_wrong_move_nothing(staffed: RunningPilot, opens_at: str) -> None:
    lead = signed_in(staffed)
    before = staffed.house.fieldwork.plan("offers")

    lead.submit(form(lead, 1, "move"), 422, opens_at=opens_at)

    assert staffed.house.fieldwork.plan("offers") == before


def test_every_wave_stands_in_the_calendar(staffed: RunningPilot) -> None:
    text = signed_in(staffed).raw("/staff/pilots/offers/waves").text

    assert all(f">W{number}</span>" in text for number in range(1, len(staffed.house.fieldwork.plan("offers")) + 1))


def test_the_band_tells_what_the_wave_could_show(staffed: RunningPilot) -> None:
    charter = current_charter(staffed.house.desk, "offers")
    (planned, *_) = staffed.house.fieldwork.plan("offers")

    def seen(band: str) -> object:
        view = replace(planned, state=WaveState.STARTED, band=band)
        return Outlooks(lambda _slug: charter, lambda _view: 60).of(view)

    # 60 people, 45 answers, threshold 70 %: the rule of the gates, as `surveyapp plan` prints it.
    assert seen("< 25 %") is None
    low, high = seen("25-50 %"), seen(">= 75 %")
    assert (low.answers, low.enough) == (15, False)  # type: ignore[union-attr,attr-defined]
    assert (high.answers, high.enough, high.passes_from) == (45, True, 34)  # type: ignore[union-attr,attr-defined]


# --------------------------------------------------------------------- register


def test_a_readiness_item_is_signed_off_with_its_evidence(staffed: RunningPilot) -> None:
    lead = signed_in(staffed)
    forms = lead.get("/staff/pilots/offers/register").forms
    (first, *_) = [form for form in forms if "/register/item/" in form.action]

    answer = lead.post(first, {"status": "failed", "evidence": "Report 7", "reviewed_on": "2027-05-04"})

    item = next(
        item
        for item in current_charter(staffed.house.desk, "offers").gates.readiness
        if first.action.endswith(f"/{item.id}")
    )
    assert answer.status_code == 302
    assert (item.status, item.evidence, str(item.reviewed_on)) == ("failed", "Report 7", "2027-05-04")
    assert "An item was reviewed" in lead.raw("/staff/pilots/offers/register").text


def test_an_owner_and_evidence_for_a_step_are_entered(staffed: RunningPilot) -> None:
    lead = signed_in(staffed)
    forms = {form.action.rpartition("/register/")[2]: form for form in lead.get("/staff/pilots/offers/register").forms}

    lead.submit(forms["owner/technical"], name="Ida Kern", role="IT")
    step = next(name for name in forms if name.startswith("step/"))
    lead.submit(forms[step], evidence="Minutes of 3 May")

    charter = current_charter(staffed.house.desk, "offers")
    assert charter.owners.technical.name == "Ida Kern"
    assert "Minutes of 3 May" in {one.evidence for one in charter.path}


def test_what_changes_nothing_or_fits_nothing_is_refused(staffed: RunningPilot) -> None:
    lead = signed_in(staffed)
    forms = lead.get("/staff/pilots/offers/register").forms
    (owner, *_) = [form for form in forms if "/register/owner/" in form.action]

    lead.submit(owner, 422)
    lead.submit(owner, 422, name="")
    lead.submit(replace(owner, action="/staff/pilots/offers/register/owner/moral"), 422, name="A", role="B")
    lead.submit(replace(owner, action="/staff/pilots/offers/register/nothing/x"), 404)

    assert staffed.house.registering.history("offers") == ()


def test_the_trustee_says_that_the_sheet_is_put_away(tmp_path: Path) -> None:
    with installed(tmp_path) as (house, client):
        kept = RunningPilot(house, client, key="passphrase")

        house.custody.say_sheet_kept(kept.slug, actor="trustee")

        assert house.custody.sheet_kept(kept.slug)
        assert house.checklist.facts(kept.slug).kept_outside


def test_without_an_account_the_trustee_cannot_make_a_key(tmp_path: Path) -> None:
    with installed(tmp_path) as (house, client):
        kept = RunningPilot(house, client, key="passphrase")

        def why() -> str:
            return next(
                str(step.why) for step in steps(house.checklist.facts(kept.slug)) if step.name.startswith("Keys")
            )

        assert why().startswith("Ruth Adler (works council) has no account yet")
        house.accounts.add(NewAccount("ruth@example.org", "Ruth", PASSWORD, roles={"offers": StaffRole.TRUSTEE}))

        assert why().startswith("Ruth Adler (works council) makes a key")
