"""Slips for people without e-mail: entered as numbers, on the roster, printed once, and anybody's."""

import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from surveyapp.desk.audit import Wanted
from surveyapp.mailing import MailState
from surveyapp.office.slips import Place
from surveyapp.web.security import NewAccount, StaffRole
from tests import pdfua
from tests.inspecting import InspectingClient
from tests.scanning import links_in
from tests.story import RunningPilot
from tests.wire import WireClient

PASSWORD = "correct horse battery staple"
NUMBERS, PRINTING = "/staff/people/offers/slips", "/staff/trustee/offers/slips"


class Staff:
    """A pilot whose lead and trustee are signed in."""

    def __init__(self, pilot: RunningPilot) -> None:
        self.pilot = pilot
        for role in (StaffRole.LEAD, StaffRole.TRUSTEE):
            pilot.house.accounts.add(NewAccount(f"{role}@example.org", role.title(), PASSWORD, roles={"offers": role}))
        self.lead, self.trustee = self._entered("lead"), self._entered("trustee")

    def _entered(self, who: str) -> FlaskClient:
        client = self.pilot.client.application.test_client()
        reader = InspectingClient(client)
        reader.submit(reader.get("/staff/sign-in").forms[0], email=f"{who}@example.org", password=PASSWORD)
        return client

    def enter(self, status: int = 303, **numbers: str) -> str:
        form = next(form for form in InspectingClient(self.lead).get(NUMBERS).forms if form.action == NUMBERS)
        fields = {f"slips-{name.replace('_', '-')}": number for name, number in numbers.items()}
        answer = self.lead.post(NUMBERS, data=form.fields | fields)
        assert answer.status_code == status
        return answer.text

    def print_all(self, number: int = 1, *, again: bool = False, status: int = 200, language: str = "en") -> bytes:
        page = InspectingClient(self.trustee).get(PRINTING)
        form = {"csrf_token": page.forms[0].fields["csrf_token"]} | ({"again": "yes"} if again else {})
        answer = self.trustee.post(f"{PRINTING}/{number}.pdf", data=form, headers={"Accept-Language": language})
        assert answer.status_code == status
        if status == 200:
            assert answer.headers["Cache-Control"] == "no-store"
        return answer.data

    def actions(self) -> list[str]:
        return [line for line in self.pilot.house.audit_log.csv(Wanted()).splitlines() if "slips" in line]


@pytest.fixture
def staff(pilot: RunningPilot) -> Staff:
    return Staff(pilot)


def text_of(pdf: bytes, folder: Path) -> str:
    (folder / "slips.pdf").write_bytes(pdf)
    done = subprocess.run(["pdftotext", folder / "slips.pdf", "-"], check=True, capture_output=True, text=True)
    return " ".join(done.stdout.split())


def codes_in(pdf: bytes, folder: Path) -> list[str]:
    return [link.partition("#")[2] for link in links_in(pdf, folder)]


def vote(client: FlaskClient, code: str) -> int:
    wire = WireClient(client, "offers.1")
    slip = wire.slip()
    return wire.issue(code, slip).status_code


def rows(pilot: RunningPilot, question: str) -> int:
    with pilot.house.engines["office"].connect() as connection:
        number: int = connection.exec_driver_sql(question).scalar_one()
        return number


def everything_stored(pilot: RunningPilot) -> Iterator[bytes]:
    for path in pilot.house.settings.var_dir.rglob("*"):
        if path.is_file():
            yield path.read_bytes()


def test_a_slip_is_entered_printed_scanned_and_opens_the_box_once(staff: Staff, tmp_path: Path) -> None:
    pilot = staff.pilot
    pilot.people(9)
    staff.enter(sales_en="3", sales_de="1")
    pilot.start()

    pdf = staff.print_all()

    assert pdfua.complaints(pdf) == []
    links = links_in(pdf, tmp_path)
    assert len(set(links)) == 4
    base = pilot.house.settings.base_url
    assert (
        sorted(link.partition("#")[0] for link in links)
        == [f"{base}/s/offers.1?lang=de"] + [f"{base}/s/offers.1?lang=en"] * 3
    )
    codes = [link.partition("#")[2] for link in links]
    assert all(code in text_of(pdf, tmp_path) for code in codes)
    assert [vote(pilot.client, code) for code in codes] == [200] * 4
    assert [vote(pilot.client, code) for code in codes] == [403] * 4
    assert pilot.house.box.turnout(pilot.key()).issued == 4
    assert not any(code.encode() in content for content in everything_stored(pilot) for code in codes)


def test_each_card_speaks_the_language_of_its_reader(staff: Staff, tmp_path: Path) -> None:
    staff.pilot.people(9)
    staff.enter(sales_de="1")
    staff.pilot.start()

    said = text_of(staff.print_all(), tmp_path)

    assert "Slips:" in said
    assert "Sales, Deutsch: 1 slips" in said
    assert "Ihre Sicht auf Assistant X zählt" in said
    assert "Die Umfrage endet am" in said


def test_slips_are_on_the_roster_and_get_no_mail(staff: Staff) -> None:
    pilot = staff.pilot
    pilot.people(9)
    staff.enter(sales_en="5")

    assert pilot.house.rosters.group_sizes("offers") == {"sales": 14}
    pilot.start()

    assert pilot.house.rosters.seal(pilot.key()).invited == 14
    assert pilot.house.outbox.counts(pilot.key()) == {MailState.SENT: 9}
    assert rows(pilot, "SELECT count(*) FROM person WHERE email IS NULL AND name = ''") == 5
    assert pilot.house.fieldwork.remind(pilot.key()) == 9
    pilot.house.fieldwork.cancel(pilot.key())


def test_more_and_fewer_slips_change_the_next_wave_and_not_the_open_one(staff: Staff) -> None:
    pilot = staff.pilot
    pilot.people(9)
    staff.enter(sales_en="5")
    pilot.start()
    seal, counts = pilot.house.rosters.seal(pilot.key()), pilot.house.rosters.counts(pilot.key())

    staff.enter(sales_en="2", support_de="4")

    assert pilot.house.slips.counts("offers") == {Place("sales", "en"): 2, Place("support", "de"): 4}
    assert pilot.house.slips.invited(pilot.key()) == 2
    assert pilot.house.rosters.seal(pilot.key()) == seal
    assert pilot.house.rosters.counts(pilot.key()) == counts
    assert "added 4, taken out 3" in staff.actions()[0]
    assert not any("sales" in line or "support" in line for line in staff.actions())


def test_a_second_printing_is_refused_and_a_new_one_kills_the_old_codes(staff: Staff, tmp_path: Path) -> None:
    pilot = staff.pilot
    pilot.people(9)
    staff.enter(sales_en="3")
    mailed = pilot.start()
    first = codes_in(staff.print_all(), tmp_path)
    assert vote(pilot.client, first[0]) == 200

    refused = staff.print_all(status=409).decode()
    second = codes_in(staff.print_all(again=True), tmp_path)

    assert "The slips of this wave were printed before, and their codes are stored nowhere." in refused
    assert len(second) == 3
    assert not set(first) & set(second)
    assert [vote(pilot.client, code) for code in first] == [403] * 3
    # Whose slip was used is told by no list, so one of the new ones is dead.
    assert sorted(vote(pilot.client, code) for code in second) == [200, 200, 403]
    assert [vote(pilot.client, code) for code in mailed] == [200] * 9
    assert [line.count("again") for line in staff.actions()].count(1) == 1


@pytest.mark.parametrize("typed", ["-1", "2001", "x", "1.5", "\u0663"])
def test_what_is_no_number_is_named_and_kept_and_nothing_stored(staff: Staff, typed: str) -> None:
    said = staff.enter(status=422, sales_en=typed, support_en="4")

    assert "enter a whole number from 0 to 2000." in said
    assert f'value="{typed}"' in said
    assert 'value="4"' in said
    assert staff.pilot.house.slips.counts("offers") == {}


def test_slips_are_counted_among_the_people_and_stand_on_no_list(staff: Staff) -> None:
    staff.pilot.people(2)
    staff.enter(sales_en="5")
    slips = [one.id.hex() for one in staff.pilot.house.people.listed("offers") if one.entry.email is None]

    people = staff.lead.get("/staff/people/offers").text

    assert "7 people by team and language" in people
    assert "And 5 slips of paper, which have no name." in people
    assert len(re.findall(r"/person/[0-9a-f]+", people)) == 2
    assert {staff.lead.get(f"/staff/people/offers/person/{slip}").status_code for slip in slips} == {404}


def test_the_pages_speak_german(staff: Staff) -> None:
    staff.pilot.people(9)
    staff.enter(sales_en="3")
    staff.pilot.start()
    german = {"Accept-Language": "de"}

    assert "Sie bekommen einen Zettel mit einem Code." in staff.lead.get(NUMBERS, headers=german).text
    assert "Zettel drucken (PDF)" in staff.trustee.get(PRINTING, headers=german).text
    staff.print_all()
    assert "Die Zettel dieser Welle wurden schon gedruckt" in staff.print_all(status=409, language="de").decode()


def test_slips_are_printed_only_while_their_wave_is_open(staff: Staff) -> None:
    staff.enter(sales_en="9")
    assert "9 slips belong to the next wave." in staff.trustee.get(PRINTING).text
    assert "Slips are printed while their wave is open." in staff.print_all(status=409).decode()
    staff.pilot.start()
    staff.pilot.close_without_ballots()

    assert "Slips are printed while their wave is open." in staff.print_all(status=409).decode()
    assert rows(staff.pilot, "SELECT count(*) FROM access") == 0


def test_a_wave_without_slips_says_what_to_do(staff: Staff) -> None:
    staff.pilot.people(9)
    staff.pilot.start()

    assert "the lead enters how many slips each team gets" in staff.trustee.get(PRINTING).text
    assert "This wave has no slips" in staff.print_all(status=409).decode()


def test_the_steps_lead_to_the_slips(staff: Staff) -> None:
    def step() -> str:
        return staff.lead.get("/staff/pilots/offers").text.partition("Slips for people")[2][:400]

    assert step() == ""
    staff.enter(sales_en="9")
    assert "not yet" in step()
    staff.pilot.start()
    assert "prints 9 slips and hands them out" in step()
    staff.print_all()
    assert "9 slips are printed, to be handed out" in step()


def test_two_hundred_slips_are_printed_in_one_file(staff: Staff) -> None:
    staff.enter(sales_en="200")
    staff.pilot.start()

    pdf = staff.print_all()

    assert io.BytesIO(pdf).read(5) == b"%PDF-"
    assert rows(staff.pilot, "SELECT count(*) FROM access") == 200
