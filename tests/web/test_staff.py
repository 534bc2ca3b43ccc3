import re

import pytest

from surveyapp.web.security import NewAccount, StaffRole
from tests.inspecting import InspectingClient
from tests.story import RunningPilot

PASSWORD = "correct horse battery"


@pytest.fixture
def staffed(pilot: RunningPilot) -> RunningPilot:
    """A pilot with a revealed baseline, a readout, and one account for every role."""
    pilot.people(12)
    for number, code in enumerate(pilot.start()):
        pilot.send(code, any_days=number % 8)
    pilot.close_and_reveal()
    with pilot.client.application.app_context():
        accounts = pilot.house.accounts
        for role in (StaffRole.LEAD, StaffRole.HR, StaffRole.TRUSTEE):
            accounts.add(NewAccount(f"{role}@example.org", role.title(), PASSWORD, roles={"offers": role}))
        accounts.add(NewAccount("admin@example.org", "Admin", PASSWORD, administrator=True))
        accounts.add(NewAccount("stranger@example.org", "Stranger", PASSWORD))
    return pilot


def signed_in(pilot: RunningPilot, who: str, password: str = PASSWORD) -> InspectingClient:
    client = InspectingClient(pilot.client.application.test_client())
    page = client.get("/staff/sign-in")
    client.submit(page.forms[0], email=f"{who}@example.org", password=password)
    return client


def test_without_sign_in_every_staff_page_leads_to_sign_in(staffed: RunningPilot) -> None:
    client = InspectingClient(staffed.client)

    for address in ("/", "/staff/", "/staff/pilots/offers", "/staff/results/offers/1"):
        assert client.get(address).heading.strip() == "Sign in"


def test_a_wrong_password_and_an_unknown_address_get_the_same_words(staffed: RunningPilot) -> None:
    client = InspectingClient(staffed.client)
    form = client.get("/staff/sign-in").forms[0]

    answers = [
        staffed.client.post(form.action, data=form.fields | {"email": email, "password": "wrong"})
        for email in ("lead@example.org", "nobody@example.org")
    ]

    texts = [re.sub(r'name="csrf_token"[^>]*>', "", answer.text) for answer in answers]
    assert "Address or password are not right." in texts[0]
    assert texts[0].replace("lead@", "") == texts[1].replace("nobody@", "")


def test_a_lead_sees_the_own_pilot_and_its_waves(staffed: RunningPilot) -> None:
    client = signed_in(staffed, "lead")

    assert client.get("/staff/").heading == "Pilots"
    assert client.get("/staff/pilots/offers").heading == "Offers with Assistant X"


def test_a_stranger_learns_nothing_about_a_pilot(staffed: RunningPilot) -> None:
    client = signed_in(staffed, "stranger")

    client.get("/staff/pilots/offers", status=404)
    client.get("/staff/pilots/no-such-pilot", status=404)
    client.get("/staff/results/offers/1", status=404)
    assert "offers" not in client.raw("/staff/").text


def test_an_unknown_pilot_is_not_found_even_for_the_administrator(staffed: RunningPilot) -> None:
    client = signed_in(staffed, "admin")

    client.get("/staff/pilots/no-such-pilot", status=404)
    client.get("/staff/results/no-such-pilot/1/readout.pdf", status=404)
    assert client.get("/staff/results/offers/3").heading == "No readout yet"
    client.get("/staff/results/offers/7", status=404)


def test_from_an_address_that_leads_nowhere_staff_find_back_and_respondents_their_mail(staffed: RunningPilot) -> None:
    lost = signed_in(staffed, "lead").raw("/staff/pilots/no-such-pilot").text
    respondent = InspectingClient(staffed.client).raw("/s/offers.1/").text

    assert '<a href="/staff/">Overview</a>' in lost
    assert "open the link in your mail again" in respondent
    assert "overview" not in respondent
    assert "/staff/" not in respondent


def test_files_are_given_by_role(staffed: RunningPilot) -> None:
    staffed.house.reporting.report("offers", languages=("en",))
    allowed = {
        "lead": {"readout.pdf": 200, "export.zip": 404, "export.xlsx": 404},
        "trustee": {"readout.pdf": 200, "export.zip": 404, "export.xlsx": 404},
        "hr": {"readout.pdf": 200, "export.zip": 200, "export.xlsx": 200},
        "admin": {"readout.pdf": 200, "export.zip": 200, "export.xlsx": 200},
        "stranger": {"readout.pdf": 404, "export.zip": 404, "export.xlsx": 404},
    }

    for who, files in allowed.items():
        client = signed_in(staffed, who)
        for name, status in files.items():
            response = client.raw(f"/staff/results/offers/1/{name}")
            assert response.status_code == status, (who, name)
    assert response.status_code == 404


def test_a_readout_page_lists_its_files(staffed: RunningPilot) -> None:
    staffed.house.reporting.report("offers", languages=("en",))
    client = signed_in(staffed, "hr")

    page = client.raw("/staff/results/offers/1").text

    assert ">readout.pdf</a>" in page
    assert client.raw("/staff/results/offers/1/readout.pdf").data.startswith(b"%PDF-")


def test_the_same_inputs_give_the_same_readout(staffed: RunningPilot) -> None:
    first = staffed.house.reporting.report("offers", languages=("en",))
    again = staffed.house.reporting.report("offers", languages=("en",))

    assert first == again


def test_signing_out_ends_the_session(staffed: RunningPilot) -> None:
    client = signed_in(staffed, "lead")
    page = client.get("/staff/")

    client.submit(page.forms[0])

    assert client.get("/staff/").heading.strip() == "Sign in"


def test_signing_out_needs_the_token_of_the_page(staffed: RunningPilot) -> None:
    client = signed_in(staffed, "lead")
    form = client.get("/staff/").forms[0]
    form.fields["csrf_token"] = "invented"

    client.submit(form, status=400)


@pytest.mark.parametrize("role", ["admin", "stranger", "lead"])
def test_every_staff_page_is_in_order_in_both_languages(staffed: RunningPilot, role: str) -> None:
    client = signed_in(staffed, role)

    for address in ("/staff/", "/staff/pilots/offers" if role != "stranger" else "/staff/"):
        assert client.get(address).headings == 1


def test_an_error_page_shows_no_trace(pilot: RunningPilot, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("secret-code-in-the-text")

    monkeypatch.setattr("surveyapp.web.respondent.Pages.opened", broken)

    response = pilot.client.get("/s/offers.1")

    assert response.status_code == 500
    assert "secret" not in response.text
    assert "Traceback" not in response.text


def test_an_unexpected_error_logs_kind_and_place_but_not_the_text(
    pilot: RunningPilot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("secret-code-in-the-text")

    monkeypatch.setattr("surveyapp.web.respondent.Pages.opened", broken)
    pilot.client.get("/s/offers.1")

    logged = "".join(capsys.readouterr())

    assert "ValueError" in logged
    assert "secret" not in logged
