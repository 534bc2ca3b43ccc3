"""Every route of staff is tried as every role, as somebody of another pilot, and signed out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import pytest
from flask.testing import FlaskClient

from surveyapp.web.security import NewAccount, StaffRole
from surveyapp.web.sign_in_settings import SIGN_IN
from tests.keeping import PASSWORD, Keeper, a_wrapped_key, token_of
from tests.story import RunningPilot, installed
from tests.web.test_comments import EVERYONE as COMMENTS
from tests.web.test_comments import written

LEAD, HR, TRUSTEE = "lead", "hr", "trustee"  # of the pilot
ADMIN, AUDITOR = "admin", "auditor"
OTHER = "other"  # leads another pilot, and is HR and trustee of further ones
NOBODY = "nobody"  # signed in, without a role
OUT = "out"
VISITORS: Final = (OUT, NOBODY, OTHER, AUDITOR, LEAD, HR, TRUSTEE, ADMIN)
SIGNED_IN = frozenset(VISITORS) - {OUT}
OF_PILOT = frozenset({LEAD, HR, TRUSTEE, ADMIN})
LEADING = frozenset({LEAD, ADMIN})
KEEPING = frozenset({TRUSTEE})
ONLY_ADMIN = frozenset({ADMIN})


@dataclass(frozen=True, slots=True)
class Row:
    """A route, who may use it, and what is sent."""

    method: str
    rule: str
    allowed: frozenset[str]
    form: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"


ACCOUNTS = "/staff/administration/accounts"
PILOT = "/staff/pilots/<slug>"
PEOPLE = "/staff/people/<slug>"
KEEPER = "/staff/trustee/<slug>"
READOUT = "/staff/results/<slug>/<int:wave>"
ROWS: Final = (
    Row("GET", "/staff/", SIGNED_IN),
    # One's own account.
    Row("GET", "/staff/account", SIGNED_IN),
    Row("GET", "/staff/account/password", SIGNED_IN),
    Row("POST", "/staff/account/password", SIGNED_IN, {"now": PASSWORD, "password": "short"}),
    Row("GET", "/staff/account/app", SIGNED_IN),
    Row("POST", "/staff/account/app", SIGNED_IN, {"setup": "authenticator"}),
    Row("POST", "/staff/account/app/<token>", SIGNED_IN),
    Row("GET", "/staff/account/codes", SIGNED_IN),
    Row("POST", "/staff/account/codes", SIGNED_IN),
    Row("GET", "/staff/account/passkeys", SIGNED_IN),
    Row("POST", "/staff/account/passkeys", SIGNED_IN),
    Row("POST", "/staff/account/passkeys/<token>", SIGNED_IN),
    Row("GET", "/staff/account/passkeys/delete", SIGNED_IN),
    Row("POST", "/staff/account/passkeys/delete", SIGNED_IN),
    Row("POST", "/staff/account/sessions", SIGNED_IN),
    Row("POST", "/staff/account/sessions/<handle>", SIGNED_IN),
    # The whole installation.
    Row("GET", "/staff/administration", frozenset({ADMIN, AUDITOR})),
    Row("GET", "/staff/administration/checks", ONLY_ADMIN),
    Row("GET", ACCOUNTS, ONLY_ADMIN),
    Row("POST", ACCOUNTS, ONLY_ADMIN),
    Row("GET", f"{ACCOUNTS}/new", ONLY_ADMIN),
    Row("GET", f"{ACCOUNTS}/<account>", ONLY_ADMIN),
    Row("POST", f"{ACCOUNTS}/<account>/active", ONLY_ADMIN, {"active": "yes"}),
    Row("POST", f"{ACCOUNTS}/<account>/everywhere", ONLY_ADMIN),
    Row("POST", f"{ACCOUNTS}/<account>/link", ONLY_ADMIN),
    Row("POST", f"{ACCOUNTS}/<account>/roles", ONLY_ADMIN, {"pilot": "offers", "role": ""}),
    Row("POST", f"{ACCOUNTS}/<account>/second-step", ONLY_ADMIN),
    Row("POST", f"{ACCOUNTS}/<account>/sessions", ONLY_ADMIN),
    Row("GET", "/staff/audit", frozenset({ADMIN, AUDITOR, LEAD, OTHER})),
    Row("GET", "/staff/audit.csv", frozenset({ADMIN, AUDITOR, LEAD, OTHER})),
    # Who is HR somewhere sees those pilots side by side; of which ones, the page's own tests say.
    Row("GET", "/staff/comparison", frozenset({ADMIN, HR, OTHER})),
    Row("GET", "/staff/comparison.csv", frozenset({ADMIN, HR, OTHER})),
    Row("GET", "/staff/comparison.pdf", frozenset({ADMIN, HR, OTHER})),
    Row("GET", "/staff/pilots/new", ONLY_ADMIN),
    Row("POST", "/staff/pilots/new", ONLY_ADMIN),
    # One pilot.
    Row("GET", PILOT, OF_PILOT),
    Row("GET", f"{PILOT}/charter", OF_PILOT),
    Row("GET", f"{PILOT}/charter.yaml", OF_PILOT),
    Row("GET", f"{PILOT}/charter/<section>", LEADING),
    Row("POST", f"{PILOT}/charter/<section>", LEADING),
    Row("POST", f"{PILOT}/charter/discard", LEADING),
    Row("POST", f"{PILOT}/charter/upload", LEADING),
    Row("GET", f"{PILOT}/lock", LEADING),
    Row("POST", f"{PILOT}/lock", LEADING),
    Row("GET", f"{PILOT}/pack.pdf", OF_PILOT),
    Row("GET", f"{PILOT}/register", LEADING),
    Row("POST", f"{PILOT}/register/<kind>/<name>", LEADING),
    Row("GET", f"{PILOT}/mail", LEADING),
    Row("POST", f"{PILOT}/mail/<int:number>/<which>", LEADING),
    Row("GET", f"{PILOT}/mail/<template>/<language>", LEADING),
    Row("GET", f"{PILOT}/mail/<template>/<language>/body.html", LEADING),
    Row("POST", f"{PILOT}/mail/<template>/<language>/test", LEADING),
    Row("GET", f"{PILOT}/preview/<int:number>", LEADING),
    Row("GET", f"{PILOT}/preview/<int:number>/<language>", LEADING),
    Row("GET", f"{PILOT}/preview/<int:number>/<language>/page.html", LEADING),
    Row("GET", f"{PILOT}/waves", LEADING),
    Row("POST", f"{PILOT}/waves/<int:number>/<act>", LEADING),
    Row("GET", f"{PEOPLE}/slips", LEADING),
    Row("POST", f"{PEOPLE}/slips", LEADING),
    Row("GET", f"{KEEPER}/slips", KEEPING),
    Row("POST", f"{KEEPER}/slips/<int:number>.pdf", KEEPING),
    Row("GET", f"{PILOT}/kpi", LEADING),
    Row("POST", f"{PILOT}/kpi", LEADING),
    Row("GET", f"{PILOT}/kpi/template.csv", LEADING),
    Row("GET", PEOPLE, LEADING),
    Row("GET", f"{PEOPLE}/import", LEADING),
    Row("POST", f"{PEOPLE}/import", LEADING),
    Row("POST", f"{PEOPLE}/import/store", LEADING),
    Row("GET", f"{PEOPLE}/person/<person>", LEADING),
    Row("POST", f"{PEOPLE}/person/<person>/correct", LEADING),
    Row("POST", f"{PEOPLE}/person/<person>/remove", LEADING),
    Row("GET", f"{PEOPLE}/template.csv", LEADING),
    Row("GET", f"{PEOPLE}/template.xlsx", LEADING),
    Row("GET", READOUT, OF_PILOT),
    Row("GET", f"{READOUT}/<name>", OF_PILOT),
    Row("GET", f"{READOUT}/exports", frozenset({HR, ADMIN})),
    Row("POST", f"{READOUT}/make", LEADING | {HR}),
    Row("GET", KEEPER, KEEPING),
    Row("GET", f"{KEEPER}/keys.json", KEEPING),
    Row("POST", f"{KEEPER}/keys", KEEPING),
    Row("GET", f"{KEEPER}/recovery-sheet.pdf", KEEPING),
    Row("POST", f"{KEEPER}/sheet-kept", KEEPING),
    Row("GET", f"{KEEPER}/comments", KEEPING),
    Row("GET", f"{KEEPER}/<int:number>/comments", KEEPING),
    Row("POST", f"{KEEPER}/<int:number>/comments", KEEPING, {"review": "dropped"}),
    Row("POST", f"{KEEPER}/<int:number>/reveal", KEEPING),
)
# Signing in and out, and the page of a one-time link, ask for no role.
FREE = re.compile(rf"{SIGN_IN}(/.*)?|/staff/sign-out|/staff/welcome/<token>")
# In this pilot the trustee keeps the keys; in the other one a wave was answered.
IN_KEPT = {f"{KEEPER}/recovery-sheet.pdf"}


@dataclass(frozen=True, slots=True)
class Tried:
    """An installation in which every page is there, and a browser for every visitor with the token of its forms."""

    pilot: RunningPilot
    browsers: Mapping[str, tuple[FlaskClient, str]]
    values: Mapping[str, str]

    def address(self, rule: str) -> str:
        values = dict(self.values) | ({"slug": "kept"} if rule in IN_KEPT else {})
        return re.sub(r"<(?:int:)?(\w+)>", lambda found: values[found[1]], rule)


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    with installed(tmp_path_factory.mktemp("roles")) as (house, client):
        pilot, kept = RunningPilot(house, client), RunningPilot(house, client, "kept", key="passphrase")
        for slug in ("elsewhere", "further", "furthest"):
            RunningPilot(house, client, slug)
        for role in (LEAD, HR, TRUSTEE):
            roles = dict.fromkeys((pilot.slug, kept.slug), StaffRole(role))
            house.accounts.add(NewAccount(f"{role}@example.org", role, PASSWORD, roles=roles))
        others = {"elsewhere": StaffRole.LEAD, "further": StaffRole.HR, "furthest": StaffRole.TRUSTEE}
        house.accounts.add(NewAccount(f"{OTHER}@example.org", OTHER, PASSWORD, roles=others))
        house.accounts.add(NewAccount(f"{ADMIN}@example.org", ADMIN, PASSWORD, administrator=True))
        house.accounts.add(NewAccount(f"{AUDITOR}@example.org", AUDITOR, PASSWORD, auditor=True))
        house.accounts.add(NewAccount(f"{NOBODY}@example.org", NOBODY, PASSWORD))
        victim = house.accounts.add(NewAccount("victim@example.org", "victim", PASSWORD))
        keys = {str(wave.key): a_wrapped_key("any") for wave in house.custody.pilot("kept").waves}
        assert Keeper(kept).keep(keys).status_code == 201
        written(pilot, COMMENTS)
        house.reporting.report(pilot.slug, languages=("en",))
        with house.engines["results"].connect() as connection:
            comment = connection.exec_driver_sql("SELECT id FROM comment LIMIT 1").scalar_one()
        with house.engines["office"].connect() as connection:
            person = connection.exec_driver_sql("SELECT id FROM person WHERE pilot_id = 'offers' LIMIT 1").scalar_one()
        values = {
            "slug": pilot.slug,
            "number": "4",
            "wave": "4",
            "name": "readout.pdf",
            "account": victim,
            "token": "invented",
            "handle": "00",
            "section": "basics",
            "kind": "owner",
            "act": "cancel",
            "template": "invitation",
            "language": "en",
            "which": "doubtful",
            "person": person.hex(),
            "comment": comment.hex(),
        }
        yield Tried(pilot, {who: entered(pilot, who) for who in VISITORS}, values)


def entered(pilot: RunningPilot, who: str) -> tuple[FlaskClient, str]:
    client = pilot.client.application.test_client()
    token = token_of(client.get(SIGN_IN).text)
    if who != OUT:
        form = {"email": f"{who}@example.org", "password": PASSWORD, "csrf_token": token}
        assert client.post(SIGN_IN, data=form).status_code == 302
        token = token_of(client.get("/staff/account").text)
    return client, token


def test_the_table_names_every_route(tried: Tried) -> None:
    rules = {
        f"{method} {rule.rule}"
        for rule in tried.pilot.client.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/staff/") and not FREE.fullmatch(rule.rule)
    }

    assert rules == {str(row) for row in ROWS}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_route_lets_in_who_may_and_nobody_else(tried: Tried, row: Row) -> None:
    address = tried.address(row.rule)
    let_in = set()
    for who, (client, token) in tried.browsers.items():
        form = dict(row.form) | {"csrf_token": token, "comment": tried.values["comment"]}
        answer = client.open(address, method=row.method, data=form if row.method == "POST" else None)
        assert answer.status_code < 500, (who, answer.status_code)
        if who == OUT:
            assert answer.status_code == 302, who
            assert answer.location.startswith(f"{SIGN_IN}?next=") or row.method == "POST"
            assert SIGN_IN in answer.location
            continue
        assert SIGN_IN not in answer.headers.get("Location", ""), who
        if answer.status_code != 404:
            let_in.add(who)
        else:
            # What is not theirs is not even there: the same answer as for a pilot or page that does not exist.
            assert answer.data == client.get("/staff/no-such-page").data, who

    assert let_in == row.allowed


def test_tables_are_given_to_fewer_than_the_readout(tried: Tried) -> None:
    address = tried.address(READOUT)

    given = {
        who for who, (client, _) in tried.browsers.items() if client.get(f"{address}/export.zip").status_code == 200
    }

    assert given == {HR, ADMIN}
