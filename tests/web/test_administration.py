"""The administrator's pages: accounts, settings, checks, and the log of what staff did."""

import csv
import email
import io
import re
from datetime import timedelta
from email.policy import SMTP
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from surveyapp.desk.audit import PAGE
from surveyapp.desk.store import Audited
from surveyapp.web.security import NewAccount, StaffRole
from tests.inspecting import Form, InspectingClient, Page
from tests.story import RunningPilot, installed

PASSWORD = "correct horse battery staple"
ACCOUNTS = "/staff/administration/accounts"


@pytest.fixture
def staffed(pilot: RunningPilot) -> RunningPilot:
    """A pilot with an account for every role."""
    accounts = pilot.house.accounts
    for role in (StaffRole.LEAD, StaffRole.HR, StaffRole.TRUSTEE):
        accounts.add(NewAccount(f"{role}@example.org", role.title(), PASSWORD, roles={"offers": role}))
    accounts.add(NewAccount("admin@example.org", "Admin", PASSWORD, administrator=True))
    accounts.add(NewAccount("auditor@example.org", "Auditor", PASSWORD, auditor=True))
    return pilot


def entered(pilot: RunningPilot, who: str) -> tuple[FlaskClient, InspectingClient]:
    client = pilot.client.application.test_client()
    reader = InspectingClient(client)
    reader.submit(reader.get("/staff/sign-in").forms[0], email=f"{who}@example.org", password=PASSWORD)
    return client, reader


def form_to(page: Page, address: str) -> Form:
    return next(form for form in page.forms if form.action == address)


def id_of(pilot: RunningPilot, who: str) -> str:
    found = pilot.house.accounts.at_address(f"{who}@example.org")
    assert found
    return found.id


def log_of(pilot: RunningPilot) -> list[list[str]]:
    from surveyapp.desk.audit import Wanted

    return list(csv.reader(io.StringIO(pilot.house.audit_log.csv(Wanted()))))[1:]


# ----------------------------------------------------------------- accounts


def test_an_administrator_invites_and_the_link_lets_somebody_in(staffed: RunningPilot) -> None:
    client, reader = entered(staffed, "admin")
    form = form_to(reader.get(f"{ACCOUNTS}/new"), ACCOUNTS)
    wanted = {
        "email": "Deputy@Example.org",
        "name": "Dana Deputy",
        "role": "trustee",
        "pilot": "offers",
        "language": "de",
    }

    said = client.post(ACCOUNTS, data=form.fields | wanted).text

    found = re.search(r"/staff/welcome/[\w-]{32}", said)
    assert found
    new = staffed.client.application.test_client()
    assert InspectingClient(new).get(found[0]).heading == "Choose your password"
    deputy = staffed.house.accounts.at_address("deputy@example.org")
    assert deputy
    assert (deputy.password, deputy.language, deputy.roles) == (False, "de", {"offers": StaffRole.TRUSTEE})
    assert found[0] not in str(log_of(staffed))
    assert ["admin@example.org", "account invited", "offers", "deputy@example.org trustee"] in [
        row[1:] for row in log_of(staffed)
    ]


def mailed(folder: Path) -> list[str]:
    """Send what is planned, and return the links in the mails."""
    texts = [email.message_from_bytes(path.read_bytes(), policy=SMTP) for path in sorted(folder.glob("*.eml"))]
    bodies = [str(mail.get_body(("plain",)).get_content()) for mail in texts]  # type: ignore[union-attr]
    return [link for body in bodies for link in re.findall(r"/staff/welcome/[\w-]{32}", body)]


def test_of_the_mailed_link_and_the_one_on_the_page_the_first_counts(staffed: RunningPilot) -> None:
    client, reader = entered(staffed, "admin")
    form = form_to(reader.get(f"{ACCOUNTS}/new"), ACCOUNTS)
    said = client.post(ACCOUNTS, data=form.fields | {"email": "new@example.org", "name": "New", "language": "de"}).text
    shown = re.findall(r"/staff/welcome/[\w-]{32}", said)

    assert staffed.house.worker.work(lambda _: None).sent == 1
    (sent,) = mailed(staffed.house.settings.mails)
    new = InspectingClient(staffed.client.application.test_client())

    assert [sent] != shown
    page = new.get(sent)
    new.get(shown[0])
    new.submit(page.forms[0], password="seven lamps on a quiet lake", again="seven lamps on a quiet lake")
    new.get(shown[0], status=404)


def test_an_account_that_was_closed_before_its_mail_left_gets_no_link(staffed: RunningPilot) -> None:
    account = staffed.house.accounts.entry(id_of(staffed, "hr"))
    staffed.house.invite(account)
    staffed.house.accounts.activate(account.id, active=False)

    assert staffed.house.worker.work(lambda _: None).sent == 0
    assert mailed(staffed.house.settings.mails) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"name": ""}, "name"),
        ({"role": "lead"}, "pilot"),
        ({"role": "lead", "pilot": "no-such-pilot"}, "pilot"),
        ({"role": "administrator", "pilot": "offers"}, "pilot"),
        ({"pilot": "offers"}, "role"),
        ({"email": "lead@example.org", "role": "trustee", "pilot": "offers"}, "role"),
        ({"email": "admin@example.org", "role": "trustee", "pilot": "offers"}, "role"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said_and_kept(
    staffed: RunningPilot, wrong: dict[str, str], field: str
) -> None:
    client, reader = entered(staffed, "admin")
    before = staffed.house.accounts.all()
    form = form_to(reader.get(f"{ACCOUNTS}/new"), ACCOUNTS)
    typed = {"email": "new@example.org", "name": "New Person", "role": "", "pilot": "", "language": "en"} | wrong

    page = reader.submit(form, status=422, **typed)
    said = client.post(ACCOUNTS, data=form.fields | typed).text

    assert page.title.startswith("Error: Invite somebody")
    assert f'<a href="#{field}">' in said
    assert f'value="{typed["email"]}"' in said
    assert staffed.house.accounts.all() == before


def test_somebody_who_is_known_gets_the_role_and_no_link(staffed: RunningPilot) -> None:
    _, reader = entered(staffed, "admin")
    staffed.house.accounts.add(NewAccount("new@example.org", "New Person", PASSWORD))

    page = reader.submit(
        form_to(reader.get(f"{ACCOUNTS}/new"), ACCOUNTS), email="new@example.org", name="N", role="hr", pilot="offers"
    )

    assert page.heading == "New Person"
    known = staffed.house.accounts.at_address("new@example.org")
    assert known
    assert known.roles == {"offers": StaffRole.HR}


def test_a_trustee_named_in_a_charter_without_an_account_is_shown_until_there_is_one(staffed: RunningPilot) -> None:
    client, reader = entered(staffed, "admin")

    before = client.get(ACCOUNTS).text
    link = re.search(rf'href="({ACCOUNTS}/new\?[^"]+)"', before)
    assert link
    form = form_to(reader.get(link[1].replace("&amp;", "&")), ACCOUNTS)

    assert "Trustees without an account" in before
    assert form.fields["email"]
    client.post(ACCOUNTS, data=form.fields | {"role": "trustee", "pilot": "offers", "language": "en"})
    assert "Trustees without an account" not in client.get(ACCOUNTS).text


def test_roles_are_given_changed_and_taken_away(staffed: RunningPilot) -> None:
    client, reader = entered(staffed, "admin")
    account = staffed.house.accounts.add(NewAccount("new@example.org", "New Person"))
    here = f"{ACCOUNTS}/{account}"

    reader.submit(form_to(reader.get(here), f"{here}/roles"), pilot="offers", role="hr")
    assert staffed.house.accounts.entry(account).roles == {"offers": StaffRole.HR}
    token = form_to(reader.get(here), f"{here}/roles").fields["csrf_token"]
    both = client.post(f"{here}/everywhere", data={"csrf_token": token, "everywhere": "auditor"})
    assert (both.status_code, "Take that away first" in both.text) == (422, True)
    reader.submit(form_to(reader.get(here), f"{here}/roles"), pilot="offers", role="")
    assert staffed.house.accounts.entry(account).roles == {}
    reader.submit(form_to(reader.get(here), f"{here}/everywhere"), everywhere="auditor")
    assert staffed.house.accounts.entry(account).everywhere is StaffRole.AUDITOR

    assert [row[2:] for row in log_of(staffed)][:3] == [
        ["account role", "", "new@example.org auditor"],
        ["account role", "offers", "new@example.org none"],
        ["account role", "offers", "new@example.org hr"],
    ]


def test_a_role_that_is_taken_away_ends_what_could_be_seen_at_once(staffed: RunningPilot) -> None:
    lead, _ = entered(staffed, "lead")
    _, reader = entered(staffed, "admin")
    here = f"{ACCOUNTS}/{id_of(staffed, 'lead')}"
    assert lead.get("/staff/pilots/offers").status_code == 200

    reader.submit(form_to(reader.get(here), f"{here}/roles"), pilot="offers", role="")

    assert lead.get("/staff/pilots/offers").status_code == 404


def test_the_last_administrator_and_oneself_stay(staffed: RunningPilot) -> None:
    client, reader = entered(staffed, "admin")
    here = f"{ACCOUNTS}/{id_of(staffed, 'admin')}"
    form = form_to(reader.get(here), f"{here}/everywhere")

    demoted = reader.submit(form, status=422, everywhere="")
    closed = client.post(f"{here}/active", data=form.fields | {"active": "no"})

    assert demoted.title.startswith("Error: Admin")
    assert closed.status_code == 422
    assert staffed.house.accounts.entry(id_of(staffed, "admin")).active


def test_a_closed_account_is_out_and_its_links_are_void(staffed: RunningPilot) -> None:
    hr, _ = entered(staffed, "hr")
    _, reader = entered(staffed, "admin")
    account = id_of(staffed, "hr")
    token = staffed.house.links.draw(account)
    here = f"{ACCOUNTS}/{account}"

    reader.submit(form_to(reader.get(here), f"{here}/active"), active="no")

    assert hr.get("/staff/").status_code == 302
    assert staffed.house.links.account_of(token) is None
    reader.submit(form_to(reader.get(here), f"{here}/active"), active="yes")
    assert staffed.house.accounts.entry(account).active
    # What was open before stays closed.
    assert hr.get("/staff/").status_code == 302


def test_an_administrator_helps_with_a_new_link_and_signs_somebody_out(staffed: RunningPilot) -> None:
    hr, _ = entered(staffed, "hr")
    client, reader = entered(staffed, "admin")
    account = id_of(staffed, "hr")
    here = f"{ACCOUNTS}/{account}"
    old = staffed.house.links.draw(account)

    said = client.post(f"{here}/link", data=form_to(reader.get(here), f"{here}/link").fields).text
    reader.submit(form_to(reader.get(here), f"{here}/sessions"))

    found = re.search(r"/staff/welcome/([\w-]{32})", said)
    assert found
    assert staffed.house.links.account_of(old) is None
    assert InspectingClient(hr).get(found[0]).heading == "Choose your password"
    assert hr.get("/staff/").status_code == 302
    assert {row[2] for row in log_of(staffed)} >= {"account link", "sessions ended"}


def test_a_lost_telephone_is_helped_with(staffed: RunningPilot) -> None:
    account = id_of(staffed, "hr")
    with staffed.house.engines["desk"].begin() as connection:
        connection.exec_driver_sql(
            "UPDATE account SET tf_primary_method = 'authenticator', tf_totp_secret = '{}' WHERE id = ?", (account,)
        )
    _, reader = entered(staffed, "admin")
    here = f"{ACCOUNTS}/{account}"
    assert staffed.house.accounts.entry(account).second_step

    reader.submit(form_to(reader.get(here), f"{here}/second-step"))

    assert not staffed.house.accounts.entry(account).second_step
    assert ["second step off", "", "hr@example.org"] in [row[2:] for row in log_of(staffed)]


def test_an_account_that_is_not_there_leads_back_to_the_list(staffed: RunningPilot) -> None:
    _, reader = entered(staffed, "admin")

    assert reader.get(f"{ACCOUNTS}/nobody").heading == "Accounts"


# ----------------------------------------------------------------- settings and checks


def test_settings_are_shown_without_secrets(staffed: RunningPilot) -> None:
    secret = staffed.house.settings.secret_key.get_secret_value()
    assert secret

    for who in ("admin", "auditor"):
        client, reader = entered(staffed, who)
        said = client.get("/staff/administration").text

        assert reader.get("/staff/administration").heading == "Settings and accounts"
        assert "SURVEYAPP_SECRET_KEY" in said
        assert "(set)" in said
        assert secret not in said
    assert f"{ACCOUNTS}" not in said


def test_backups_are_listed_or_it_is_said_how_they_are_made(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    with installed(tmp_path, backup_paths=str(folder), key_dir=tmp_path / "keys") as (house, client):
        house.accounts.add(NewAccount("admin@example.org", "Admin", PASSWORD, administrator=True))
        reader = InspectingClient(client)
        reader.submit(reader.get("/staff/sign-in").forms[0], email="admin@example.org", password=PASSWORD)
        assert f"surveyapp backup {folder}" in client.get("/staff/administration").text

        backup = house.backups.write(folder)

        assert f"surveyapp restore {backup.folder}" in client.get("/staff/administration").text


def test_checks_say_what_is_wrong_and_what_to_do(staffed: RunningPilot) -> None:
    client, reader = entered(staffed, "admin")
    assert "FAIL" not in client.get("/staff/administration/checks").text

    with staffed.house.engines["desk"].begin() as connection:
        connection.exec_driver_sql("UPDATE audit_entry SET actor = 'somebody else'")

    assert reader.get("/staff/administration/checks").heading == "Checks"
    said = client.get("/staff/administration/checks").text
    assert "the audit log does not hold from entry 1 on" in said
    assert "surveyapp audit export" in said


# ----------------------------------------------------------------- the log


def acted(pilot: RunningPilot, slug: str, count: int, action: str = "wave start") -> None:
    for number in range(count):
        at = pilot.house.clock() - timedelta(minutes=number)
        pilot.house.desk.audit(Audited(at, "lead@example.org", action, slug, f"{slug}.{number}"))


def test_the_log_is_read_page_by_page_and_narrowed(staffed: RunningPilot) -> None:
    acted(staffed, "offers", PAGE + 5)
    acted(staffed, "helpdesk", 2, "kpi import")
    client, reader = entered(staffed, "auditor")

    first = client.get("/staff/audit").text
    second = client.get("/staff/audit?page=2").text
    narrow = client.get("/staff/audit?action=kpi+import").text

    assert reader.get("/staff/audit").heading == "Audit log"
    assert (first.count("<tr>"), second.count("<tr>"), narrow.count("<tr>")) == (PAGE + 1, 5 + 2 + 1 + 1, 3)
    assert ("page=2" in first, "page=3" in second) == (True, False)
    assert reader.get("/staff/audit?page=no&pilot=none&action=none").heading == "Audit log"


def test_a_lead_reads_only_what_happened_in_the_own_pilots(staffed: RunningPilot) -> None:
    acted(staffed, "offers", 1)
    acted(staffed, "helpdesk", 1)
    client, _ = entered(staffed, "lead")

    for address in (
        "/staff/audit",
        "/staff/audit?pilot=helpdesk",
        "/staff/audit.csv",
        "/staff/audit.csv?pilot=helpdesk",
    ):
        said = client.get(address).text
        assert "helpdesk.0" not in said
        assert "sign in" not in said.replace("Every sign-in", "")
        assert ("offers.0" in said) == ("pilot=" not in address)


def test_the_table_of_the_log_computes_nothing(staffed: RunningPilot) -> None:
    at = staffed.house.clock()
    staffed.house.desk.audit(Audited(at, "=1+1@example.org", "pilot create", "offers", "@SUM(A1)"))
    client, _ = entered(staffed, "auditor")

    answer = client.get("/staff/audit.csv")
    rows = list(csv.reader(io.StringIO(answer.text)))

    assert answer.mimetype == "text/csv"
    assert rows[0] == ["at", "actor", "action", "pilot", "detail"]
    assert [f"{at:%Y-%m-%dT%H:%M:%SZ}", "'=1+1@example.org", "pilot create", "offers", "'@SUM(A1)"] in rows


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_of_the_administration_is_in_order(staffed: RunningPilot, language: str) -> None:
    _, reader = entered(staffed, "admin")
    account = id_of(staffed, "lead")

    for address in (
        ACCOUNTS,
        f"{ACCOUNTS}/new",
        f"{ACCOUNTS}/{account}",
        "/staff/administration/checks",
        "/staff/audit",
    ):
        page = Page(reader.raw(address, language).text)
        assert page.problems() == [], address
