"""A charter on the web: begun, filled in, taken from a file, locked, and changed after the lock."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from surveyapp.app import House, web_application
from surveyapp.charter import loader
from surveyapp.charter.filling import values_of
from surveyapp.charter.form import SECTIONS
from surveyapp.charter.writing import entries_of
from surveyapp.desk.charters import current_charter
from surveyapp.web.security import NewAccount, StaffRole
from tests.inspecting import InspectingClient, Page
from tests.story import QuickHouse, settings_in

PASSWORD = "correct horse battery"
EXAMPLE = Path(__file__).parents[2] / "examples" / "charter.yaml"
CHARTER = loader.load(EXAMPLE)
SLUG = CHARTER.pilot


class Office:
    """An installation with an administrator and a lead of the example's pilot."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.app = web_application(house)
        with self.app.app_context():
            house.accounts.add(NewAccount("admin@example.org", "Admin", PASSWORD, administrator=True))
            for role in (StaffRole.LEAD, StaffRole.HR):
                house.accounts.add(NewAccount(f"{role}@example.org", role.title(), PASSWORD, roles={SLUG: role}))

    def signed_in(self, who: str) -> InspectingClient:
        client = InspectingClient(self.app.test_client())
        client.submit(client.get("/staff/sign-in").forms[0], email=f"{who}@example.org", password=PASSWORD)
        return client

    def begun(self) -> InspectingClient:
        """Begin the example's pilot as administrator and return its lead."""
        admin = self.signed_in("admin")
        admin.submit(admin.get("/staff/pilots/new").forms[1], slug=SLUG, title="Offers")
        return self.signed_in("lead")

    def uploaded(self) -> InspectingClient:
        """Begin it with the example's file."""
        lead = self.begun()
        send(lead, EXAMPLE.read_bytes())
        return lead


def send(client: InspectingClient, data: bytes, status: int = 200) -> Page:
    form = next(form for form in client.get(f"/staff/pilots/{SLUG}/charter").forms if form.action.endswith("/upload"))
    return client.send(form, {"file": (io.BytesIO(data), "charter.yaml")}, status)


def fill(client: InspectingClient, section: str, values: dict[str, str], status: int = 200) -> Page:
    page = client.get(f"/staff/pilots/{SLUG}/charter/{section}")
    form = page.forms[1]
    return client.submit(form, status, **values)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    house = QuickHouse(settings_in(tmp_path))
    yield Office(house)
    house.close()


def test_a_pilot_is_set_up_on_pages_alone(office: Office) -> None:
    lead = office.begun()
    wanted = entries_of(CHARTER)

    for one in SECTIONS:
        fill(lead, one.id, values_of(one, wanted))

    assert current_charter(office.house.desk, SLUG) == CHARTER
    assert "Nothing is missing." in lead.raw(f"/staff/pilots/{SLUG}/charter").text


def test_what_is_missing_is_said_at_its_field_and_what_was_typed_is_kept(office: Office) -> None:
    lead = office.begun()

    fill(lead, "gates", {"gates.kpi.name": "Minutes per offer", "gates.kpi.target": "soon"}, status=422)
    text = lead.raw(f"/staff/pilots/{SLUG}/charter/gates").text

    assert 'value="soon"' in text
    assert 'value="Minutes per offer"' in text
    assert not office.house.desk.versions(SLUG)


def test_the_message_stands_in_the_readers_language(office: Office) -> None:
    lead = office.begun()
    form = lead.get(f"/staff/pilots/{SLUG}/charter/gates").forms[1]

    answer = lead.post(form, {"gates.kpi.target": "bald"}, language="de")

    assert answer.status_code == 422
    assert "muss eine Zahl sein" in answer.text
    assert "must be" not in answer.text


def test_a_file_fills_in_everything_and_comes_back_the_same(office: Office) -> None:
    lead = office.uploaded()

    again = lead.raw(f"/staff/pilots/{SLUG}/charter.yaml")

    assert loader.load_bytes(again.data, "again.yaml") == CHARTER
    assert again.headers["Content-Disposition"].endswith(f'"{SLUG}.yaml"')


def test_a_file_that_is_none_changes_nothing_and_says_the_line(office: Office) -> None:
    lead = office.uploaded()

    send(lead, b"pilot: [", status=422)

    assert current_charter(office.house.desk, SLUG) == CHARTER


def test_a_file_of_another_pilot_becomes_this_one(office: Office) -> None:
    lead = office.begun()

    send(lead, EXAMPLE.read_bytes().replace(b"pilot: offers-with-assistant-x", b"pilot: something-else"))

    assert office.house.desk.charter(SLUG)
    assert [pilot.slug for pilot in office.house.desk.pilots()] == [SLUG]


def test_a_pilot_of_which_nothing_is_agreed_shows_its_charter_first(office: Office) -> None:
    lead = office.begun()

    assert lead.get(f"/staff/pilots/{SLUG}").heading == "Charter"


@pytest.mark.parametrize("slug", ["Offers", "o", "two words", "1st", ""])
def test_a_name_that_cannot_stand_in_an_address_is_refused(office: Office, slug: str) -> None:
    admin = office.signed_in("admin")

    page = admin.submit(admin.get("/staff/pilots/new").forms[1], 422, slug=slug, title="Offers")

    assert page.title.startswith("Error: New pilot")
    assert office.house.drafting.pilots() == ()


def test_a_name_is_given_once(office: Office) -> None:
    office.begun()
    admin = office.signed_in("admin")

    admin.submit(admin.get("/staff/pilots/new").forms[1], 422, slug=SLUG, title="Again")

    assert [(one.slug, one.title) for one in office.house.drafting.pilots()] == [(SLUG, "Offers")]


def test_a_copy_has_everything_but_dates_and_what_was_found(office: Office) -> None:
    office.uploaded()
    admin = office.signed_in("admin")

    admin.submit(admin.get("/staff/pilots/new").forms[1], slug="claims", copied=SLUG)

    copy = office.house.drafting.draft("claims")
    assert {fault.path[0] for fault in copy.faults} == {"starts_on", "ends_on", "waves"}
    assert copy.entries["gates"]["kpi"] == entries_of(CHARTER)["gates"]["kpi"]


def test_only_administrators_begin_pilots_and_only_leads_write(office: Office) -> None:
    lead = office.uploaded()
    hr = office.signed_in("hr")

    lead.get("/staff/pilots/new", status=404)
    assert hr.get(f"/staff/pilots/{SLUG}/charter").heading == "Charter"
    hr.get(f"/staff/pilots/{SLUG}/charter/gates", status=404)
    hr.get(f"/staff/pilots/{SLUG}/lock", status=404)
    lead.get(f"/staff/pilots/{SLUG}/charter/no-such-section", status=404)


def test_the_lock_shows_what_it_freezes_and_freezes_it(office: Office) -> None:
    lead = office.uploaded()

    page = lead.get(f"/staff/pilots/{SLUG}/lock")
    lead.submit(page.forms[1])

    assert office.house.desk.charter(SLUG).locked_at is not None
    assert "Version 1 was locked" in lead.raw(f"/staff/pilots/{SLUG}/charter").text


def test_without_the_kpis_baseline_nothing_is_locked(office: Office) -> None:
    lead = office.uploaded()
    fill(lead, "gates", {"gates.kpi.baseline": ""})

    page = lead.get(f"/staff/pilots/{SLUG}/lock")

    assert not any(form.action.endswith("/lock") for form in page.forms)
    assert office.house.desk.charter(SLUG).locked_at is None


def test_a_change_after_the_lock_is_a_new_version_with_its_reason(office: Office) -> None:
    lead = office.uploaded()
    lead.submit(lead.get(f"/staff/pilots/{SLUG}/lock").forms[1])

    fill(lead, "gates", {"gates.adoption.threshold": "60"})
    assert current_charter(office.house.desk, SLUG) == CHARTER
    form = lead.get(f"/staff/pilots/{SLUG}/lock").forms[1]
    lead.submit(form, 422, reason="")
    lead.submit(form, reason="The tool came four weeks late.")

    versions = office.house.desk.versions(SLUG)
    assert [(version.version, version.reason) for version in versions] == [
        (1, ""),
        (2, "The tool came four weeks late."),
    ]
    assert current_charter(office.house.desk, SLUG).gates.adoption == 0.6
    assert versions[1].sha256 != versions[0].sha256


def test_what_employees_were_promised_stays_once_a_wave_has_started(office: Office) -> None:
    lead = office.uploaded()
    lead.submit(lead.get(f"/staff/pilots/{SLUG}/lock").forms[1])
    drafting = office.house.drafting
    fill(lead, "privacy", {"privacy.group_minimum": "6"})
    form = lead.get(f"/staff/pilots/{SLUG}/lock").forms[1]

    started = type(drafting)(
        desk=office.house.desk, drafts=drafting._drafts, started=lambda _slug: True, clock=office.house.clock
    )
    with pytest.raises(Exception, match=r"privacy\.group_minimum"):
        started.amend(SLUG, "Because", actor="lead")
    lead.submit(form, reason="No wave has started yet.")

    assert current_charter(office.house.desk, SLUG).privacy.group_minimum == 6


def test_changes_are_forgotten_on_a_click(office: Office) -> None:
    lead = office.uploaded()
    lead.submit(lead.get(f"/staff/pilots/{SLUG}/lock").forms[1])
    fill(lead, "gates", {"gates.adoption.threshold": "60"})

    forms = lead.get(f"/staff/pilots/{SLUG}/charter").forms
    lead.submit(next(form for form in forms if form.action.endswith("/discard")))

    assert office.house.drafting.draft(SLUG).changes == ()
