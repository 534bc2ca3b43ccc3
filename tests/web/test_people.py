"""The people of a pilot on the web: who is on the list, how groups are merged, imports, corrections, and leaving."""

import io
import re
from pathlib import Path

import pytest
import python_calamine
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from surveyapp.desk.tables import AUDIT_ENTRY
from surveyapp.mailing import MailState
from surveyapp.office.people import Entry
from tests.inspecting import Form, InspectingClient, Page
from tests.keeping import PASSWORD, staff
from tests.spreadsheets import excel_95, workbook
from tests.story import RunningPilot, installed

ADDRESS = "/staff/people/offers"
LIST = "email,name,group,language\nada@example.org,Ada Berger,Sales,en\ntom@example.org,Tom Hofer,Support,de\n"


class Desk:
    """Somebody of the staff, signed in."""

    def __init__(self, pilot: RunningPilot, who: str = "lead") -> None:
        self.pilot = pilot
        self.client = InspectingClient(pilot.client.application.test_client())
        page = self.client.get("/staff/sign-in")
        self.client.submit(page.forms[0], email=f"{who}@example.org", password=PASSWORD)

    def text(self, path: str = "", language: str = "en") -> str:
        answer = self.client.raw(ADDRESS + path, language)
        assert answer.status_code == 200
        return answer.text

    def form(self, path: str, action: str) -> Form:
        return form_to(self.client.get(ADDRESS + path), action)

    def send(self, data: bytes | str, name: str = "people.csv", status: int = 200) -> Page:
        raw = data.encode() if isinstance(data, str) else data
        return self.client.send(self.form("/import", "/import"), {"file": (io.BytesIO(raw), name)}, status)

    def posted(self, form: Form, speaking: str = "en", **values: str) -> str:
        return self.client.post(form, values, speaking).text

    def large(self, form: Form, values: dict[str, object]) -> TestResponse:
        """Post *form* as browsers send files, without the temporary file of the test client."""
        boundary, body = encode_multipart(values)
        return self.client._client.post(
            form.action, data=body, content_type=f'multipart/form-data; boundary="{boundary}"'
        )

    def paste(self, text: str, language: str = "en") -> str:
        return self.posted(self.form("/import", "/import"), language, pasted=text)

    def person(self, email: str) -> str:
        found = self.pilot.house.people.find_address("offers", email)
        assert found
        return f"/person/{found.id.hex()}"


def form_to(page: Page, action: str) -> Form:
    return next(form for form in page.forms if form.action.endswith(action))


@pytest.fixture
def lead(pilot: RunningPilot) -> Desk:
    staff(pilot)
    return Desk(pilot)


def entries(lead: Desk) -> dict[str | None, Entry]:
    return {entry.email: entry for entry in lead.pilot.house.people.list_of("offers")}


def audited(lead: Desk) -> list[tuple[str, str, str]]:
    with lead.pilot.house.engines["desk"].connect() as connection:
        rows = connection.execute(AUDIT_ENTRY.select().order_by(AUDIT_ENTRY.c.at)).all()
    return [(row.actor, row.action, row.detail) for row in rows if row.action.startswith("people")]


# ----------------------------------------------------------------- the list


def test_who_may_see_the_people_of_a_pilot(lead: Desk) -> None:
    lead.pilot.people(12)

    allowed = {who: Desk(lead.pilot, who).client.raw(ADDRESS).status_code for who in ("lead", "admin", "hr", "trustee")}

    assert allowed == {"lead": 200, "admin": 200, "hr": 404, "trustee": 404}
    assert '<a href="/staff/people/offers">People</a>' in Desk(lead.pilot).client.raw("/staff/pilots/offers").text
    assert "/staff/people/" not in Desk(lead.pilot, "hr").client.raw("/staff/pilots/offers").text


def test_an_empty_list_says_what_belongs_there_and_leads_to_the_import(lead: Desk) -> None:
    text = lead.text()

    assert "Nobody is on the list yet" in text
    assert re.findall(r'class="button" href="([^"]+)"', text) == ["/staff/people/offers/import"]


def test_people_are_counted_by_group_and_language_and_merged_groups_are_told_before_anything_is_sent(
    lead: Desk,
) -> None:
    people = [Entry(f"s{n}@example.org", "", "sales", "en" if n < 7 else "de") for n in range(9)]
    people += [Entry(f"c{n}@example.org", "", "support", "en") for n in range(3)]
    lead.pilot.house.people.enter("offers", people)

    text = " ".join(lead.text().split())

    rows = re.findall(r"<tr> <th scope=\"row\">(.*?)</th> <td>(\d+)</td> (.*?)</tr>", text)
    assert [row[:2] for row in rows] == [("Sales", "9"), ("Customer support", "3"), ("Engineering", "0")]
    assert "<td>7</td><td>2</td> <td>under “Other teams”</td>" in rows[0][2]
    assert "Teams of fewer than 5 people are shown together" in text
    assert "Customer support (3)" in text
    assert "because they are too few together: Sales (9)" in text


def test_what_is_told_of_merging_is_what_the_first_wave_does(lead: Desk) -> None:
    lead.pilot.people(16, groups=("sales", "sales", "sales", "support"))
    shown = re.findall(r'<th scope="row">(Sales|Customer support)</th>.*?<td>(under|by)', lead.text(), re.DOTALL)

    lead.pilot.start()

    groups = lead.pilot.house.waves.find(lead.pilot.key()).groups
    assert [how == "under" for _, how in shown] == [groups[group] == "other" for group in ("sales", "support")]
    assert "This was decided when the first wave started" in lead.text()


def test_too_few_people_and_teams_that_the_charter_lacks_are_said_before_a_wave_is_refused(lead: Desk) -> None:
    lead.pilot.house.people.enter("offers", [Entry("x@example.org", "X", "moon", "fr")])

    text = lead.text()

    assert "The charter lacks these teams, and no wave starts: moon (1)." in text
    assert ">fr</th>" in text
    # Of a demonstration everything is shown, however few they are.
    assert "people are too few" not in text


def test_a_pilot_in_earnest_with_too_few_people_says_so(tmp_path: Path) -> None:
    with installed(tmp_path) as (house, client):
        earnest = RunningPilot(house, client, demo=False)
        staff(earnest)
        earnest.people(7)

        assert "7 people are too few: fewer than 8 ballots are destroyed unread" in Desk(earnest).text()


def test_a_list_is_searched_without_case_and_accents_and_paged(lead: Desk) -> None:
    people = [Entry(f"p{n:03}@example.org", f"Person {n}", "sales", "en") for n in range(120)]
    lead.pilot.house.people.enter("offers", [*people, Entry("zoe@example.org", "Zoë Öztürk", "support", "de")])

    assert "zoe@example.org" in lead.text("?q=OZTURK")
    assert "p000@example.org" not in lead.text("?q=OZTURK")
    assert "zoe@example.org" in lead.text("?group=support")
    first, last = lead.text(), lead.text("?page=3")
    assert "p049@example.org" in first
    assert "p050@example.org" not in first
    assert "Page 1 of 3" in first
    assert "zoe@example.org" in last
    assert "Nobody on the list fits" in lead.text("?q=nobody")


def test_nothing_on_any_page_depends_on_who_answered(lead: Desk) -> None:
    lead.pilot.people(12)
    codes = lead.pilot.start()
    paths = ["", *(lead.person(f"p{number}@example.org") for number in range(12))]
    before = [lead.text(path) for path in paths]

    for code in codes[:7]:
        assert lead.pilot.send(code).status_code == 303

    def without_token(text: str) -> str:
        return re.sub(r'name="csrf_token" value="[^"]+"', "", text)

    assert [without_token(lead.text(path)) for path in paths] == [without_token(text) for text in before]


def test_names_that_look_like_markup_stay_text(lead: Desk) -> None:
    lead.pilot.house.people.enter("offers", [Entry("x@example.org", "<b>Bold</b> %(x)s", "sales", "en")])

    assert "&lt;b&gt;Bold&lt;/b&gt; %(x)s" in lead.text()
    lead.client.get(ADDRESS)


# ----------------------------------------------------------------- import


def test_a_list_is_looked_at_first_and_stored_when_it_is_confirmed(lead: Desk) -> None:
    lead.pilot.people(2)

    page = lead.send(LIST)
    assert page.heading == "What this list would change"
    assert set(entries(lead)) == {"p0@example.org", "p1@example.org"}
    done = lead.client.submit(form_to(page, "/store"))

    assert done.heading == "People"
    assert entries(lead)["tom@example.org"] == Entry("tom@example.org", "Tom Hofer", "support", "de")
    assert len(entries(lead)) == 4
    assert audited(lead) == [("lead@example.org", "people import", "2 rows")]


def test_what_would_change_is_shown_line_by_line_and_told_when_it_is_done(lead: Desk) -> None:
    lead.pilot.house.people.enter("offers", [Entry("ada@example.org", "Ada Huber", "support", "en")])
    lead.pilot.people(1)

    text = lead.paste(LIST)

    assert "1 added, 1 changed, 0 unchanged, 1 not on this list. Nothing is stored yet." in text
    assert "<del>Ada Huber</del> <ins>Ada Berger</ins>" in text
    assert "<del>Customer support</del> <ins>Sales</ins>" in text
    assert text.index("Not on this list</h2>") < text.index("p0@example.org")
    told = lead.client.raw(ADDRESS)
    assert "added" not in told.text


@pytest.mark.parametrize("leave", [True, False])
def test_whoever_is_not_on_the_list_leaves_only_if_that_is_ticked(lead: Desk, *, leave: bool) -> None:
    lead.pilot.people(3)
    lead.pilot.start()
    form = form_to(Page(lead.paste(LIST)), "/store")
    assert "leave" not in form.fields

    told = lead.posted(form, **({"leave": "yes"} if leave else {}))

    assert told
    assert len(entries(lead)) == (2 if leave else 5)
    assert lead.pilot.house.rosters.counts(lead.pilot.key()).invited == {"other": 3}


def test_in_the_readers_language_it_is_told_what_was_done(lead: Desk) -> None:
    form = form_to(Page(lead.paste(LIST, "de")), "/store")
    lead.posted(form, "de")

    assert "2 hinzugefügt, 0 geändert, 0 unverändert, 0 ausgeschieden." in lead.text(language="de")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("people.xlsx", workbook([tuple(line.split(",")) for line in LIST.splitlines()])),
        ("people.xls", excel_95([tuple(line.split(",")) for line in LIST.splitlines()])),
        ("people.tsv", LIST.replace(",", "\t").encode("utf-16")),
        ("odd.ods", (Path(__file__).parents[1] / "integration" / "odd" / "libreoffice.ods").read_bytes()),
    ],
)
def test_every_kind_of_file_comes_in(lead: Desk, name: str, data: bytes) -> None:
    page = lead.send(data, name)

    lead.client.submit(form_to(page, "/store"))

    assert {email: entry.group_code for email, entry in entries(lead).items()} == {
        "ada@example.org": "sales",
        "tom@example.org": "support",
    }


def test_all_mistakes_are_shown_at_once_with_row_and_value_and_nothing_is_stored(lead: Desk) -> None:
    wrong = "email,name,group,language\nada(at)example.org,Ada,Sales,en\ntom@example.org,Tom,Moon,xx\n"

    text = " ".join(lead.paste(wrong).split())
    german = lead.paste(wrong, "de")

    assert "Error: Import a list of people" in text
    assert "Corrections needed: 3" in text
    assert (
        '<th scope="row">2</th> <td>E-mail address</td> <td>ada(at)example.org</td> <td>is not an e-mail address</td>'
    ) in text
    assert "<td>Moon</td> <td>is no team of the charter: Sales, Customer support, Engineering</td>" in text
    assert "ada(at)example.org,Ada,Sales,en" in text  # what was pasted is kept
    assert "ist keine E-Mail-Adresse" in german
    assert entries(lead) == {}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file has no rows"),
        (b"\x89PNG\r\n", "the file is a picture, not a table: save the list as xlsx or csv"),
        (b'email\n"ada', "a quotation mark is missing"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_the_reason(lead: Desk, data: bytes, words: str) -> None:
    form = lead.form("/import", "/import")
    lead.send(data, status=422)

    answer = lead.client._client.post(form.action, data=form.fields | {"file": (io.BytesIO(data), "people.csv")})

    assert words in answer.text
    assert answer.status_code == 422


def test_with_neither_file_nor_text_one_is_asked_for(lead: Desk) -> None:
    assert "Choose a file, or paste a list." in lead.posted(lead.form("/import", "/import"))


def test_columns_that_say_nothing_are_explained_by_the_reader(lead: Desk) -> None:
    page = lead.send("Col A;Col B;Col C\n1;ada@example.org;Berger, Ada\n2;tom@example.org;Hofer\n")
    assert page.heading == "What do the columns mean?"
    form = form_to(page, "/import")

    wrong = lead.client.submit(form, status=422)
    assert wrong.title.startswith("Error: ")
    found = lead.client.submit(form_to(wrong, "/import"), **{"column-2": "email", "column-3": "name"})
    lead.client.submit(form_to(found, "/store"))

    assert {email: entry.name for email, entry in entries(lead).items()} == {
        "ada@example.org": "Berger, Ada",
        "tom@example.org": "Hofer",
    }


def test_a_list_without_headings_can_be_explained_too_and_its_mistakes_keep_their_rows(lead: Desk) -> None:
    page = lead.send("\nada@example.org;Ada\n\n\ntom(at)example.org;Tom\n")
    form = form_to(page, "/import")

    text = lead.posted(form, heading="", **{"column-1": "email", "column-2": "name"})
    good = lead.send("ada@example.org;Ada\ntom@example.org;Tom\n")
    values = {"column-1": "email", "column-2": "name", "heading": ""}
    lead.client.submit(form_to(lead.client.submit(form_to(good, "/import"), **values), "/store"))

    assert re.search(r'<th scope="row">5</th>\s*<td>E-mail address</td>\s*<td>tom\(at\)example.org</td>', text)
    assert len(entries(lead)) == 2


def test_a_list_that_somebody_else_changed_meanwhile_is_looked_at_again(lead: Desk) -> None:
    form = form_to(lead.send(LIST), "/store")
    lead.pilot.people(1)

    again = lead.client.submit(form, status=422)
    assert again.title.startswith("Error: What this list would change")
    assert len(entries(lead)) == 1
    lead.client.submit(form_to(again, "/store"))

    assert len(entries(lead)) == 3


@pytest.mark.parametrize("rows", ["", "email\nno address\n", LIST.replace("Sales", "Moon")])
def test_what_comes_back_is_read_again_and_not_trusted(lead: Desk, rows: str) -> None:
    form = form_to(lead.send(LIST), "/store")

    lead.client.submit(form, status=422, rows=rows)

    assert entries(lead) == {}


def test_without_what_was_seen_nothing_is_stored(lead: Desk) -> None:
    form = form_to(lead.send(LIST), "/store")
    del form.fields["seen"]

    lead.client.submit(form, status=422)

    assert entries(lead) == {}


def test_the_template_is_a_list_that_can_be_imported(lead: Desk) -> None:
    for name, language in (("template.csv", "en"), ("template.csv", "de"), ("template.xlsx", "de")):
        data = lead.client.raw(f"{ADDRESS}/{name}", language).data
        page = lead.send(data, name)
        assert page.heading == "What this list would change"
    rows = python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()

    assert rows[0] == ["E-Mail", "Name", "Team", "Sprache"]
    assert [row[2] for row in rows[1:]] == ["Vertrieb", "Kundendienst", "Technik"]
    lead.client.submit(form_to(page, "/store"))
    assert {entry.group_code for entry in entries(lead).values()} == {"sales", "support", "engineering"}


def test_a_large_list_comes_in_and_other_pages_take_no_more_than_before(lead: Desk) -> None:
    people = "".join(
        f"somebody.with.a.long.name.{n}@department.example.org,Person {n},Sales,en\n" for n in range(20_000)
    )
    data = ("email,name,group,language\n" + people).encode()
    assert len(data) > 1_000_000

    form = lead.form("/import", "/import")
    looked = lead.large(form, form.fields | {"file": FileStorage(io.BytesIO(data), "people.csv")})
    stored = form_to(Page(looked.text), "/store")

    assert lead.large(stored, stored.fields).status_code == 303
    assert len(entries(lead)) == 20_000


def test_nobody_who_is_not_signed_in_and_no_other_page_can_send_that_much(lead: Desk) -> None:
    lead.pilot.people(1)
    nobody = lead.pilot.client.application.test_client()
    much = {"pasted": "x" * 1_100_000}

    assert nobody.post(f"{ADDRESS}/import", data=much).status_code == 413
    assert lead.client._client.post(f"{ADDRESS}{lead.person('p0@example.org')}/correct", data=much).status_code == 413


# ----------------------------------------------------------------- one person


def test_a_correction_is_stored_and_a_new_address_is_invited_with_the_same_words_for_everybody(lead: Desk) -> None:
    lead.pilot.people(12)
    codes = lead.pilot.start()
    assert lead.pilot.send(codes[0]).status_code == 303
    told = set()

    for number in range(12):
        form = lead.form(lead.person(f"p{number}@example.org"), "/correct")
        page = lead.client.post(form, {"email": f"NEW{number}@example.org"})
        top = lead.text(lead.person(f"new{number}@example.org")).partition("<h1>")[0]
        # A token tells the second in which it was made.
        told.add(re.sub(r'person/\w+|"csrf_token" value="[^"]+"', "", top))
        assert page.status_code == 303

    assert len(told) == 1
    assert "A new invitation goes to the new address" in told.pop()
    assert lead.pilot.house.outbox.counts(lead.pilot.key())[MailState.PLANNED] == 12
    assert audited(lead) == [("lead@example.org", "people correct", "")] * 12


def test_what_is_wrong_is_marked_and_what_was_typed_is_kept(lead: Desk) -> None:
    lead.pilot.people(2)
    form = lead.form(lead.person("p0@example.org"), "/correct")

    text = lead.posted(form, email="no address", group="moon", language="xx", name="x" * 201)
    taken = lead.posted(form, email="p1@example.org")

    assert text.count('class="message"') == 4
    assert 'value="no address"' in text
    assert "Somebody else of this pilot has this address." in taken
    assert set(entries(lead)) == {"p0@example.org", "p1@example.org"}
    lead.client.submit(form, status=422, email="")


def test_somebody_is_taken_off_the_list_only_if_that_is_sure(lead: Desk) -> None:
    lead.pilot.people(12)
    lead.pilot.start()
    form = lead.form(lead.person("p3@example.org"), "/remove")
    before = lead.pilot.house.rosters.counts(lead.pilot.key())

    lead.client.submit(form, status=422)
    assert "p3@example.org" in entries(lead)
    done = lead.client.submit(form, sure="yes")

    assert done.heading == "People"
    assert "p3@example.org" not in entries(lead)
    assert lead.pilot.house.rosters.counts(lead.pilot.key()) == before
    assert audited(lead) == [("lead@example.org", "people erase", "")]
    lead.client.submit(form, status=404, sure="yes")


@pytest.mark.parametrize("person", ["x", "00", "0" * 32])
def test_nobody_is_found_under_a_number_that_is_nobodys(lead: Desk, person: str) -> None:
    lead.client.get(f"{ADDRESS}/person/{person}", status=404)


def test_people_of_another_pilot_are_not_found_through_ones_own(lead: Desk) -> None:
    lead.pilot.house.people.enter("claims", [Entry("x@example.org", "X", "sales", "en")])
    found = lead.pilot.house.people.find_address("claims", "x@example.org")
    assert found

    lead.client.get(f"{ADDRESS}/person/{found.id.hex()}", status=404)
    lead.client.get("/staff/people/claims", status=404)
