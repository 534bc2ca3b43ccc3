"""The charter file: what is read, what is refused, and what the lock freezes."""

from dataclasses import replace

import pytest

from analysis.codebook import Text
from analysis.plan import Costs, Plan
from surveyapp import canonical
from surveyapp.charter.loader import load_bytes
from surveyapp.charter.lock import locked_hash, locked_part, missing
from surveyapp.charter.model import SIDES, Charter
from surveyapp.charter.plan import plan_of
from surveyapp.documents.problems import DocumentError
from tests.unit.charter_factory import TEXT, a_charter


def problems(old: str, new: str) -> list[str]:
    """Return what is wrong with the example once *old* is replaced by *new*."""
    assert old in TEXT
    with pytest.raises(DocumentError) as raised:
        load_bytes(TEXT.replace(old, new, 1).encode(), "charter.yaml")
    return [problem.message for problem in raised.value.found]


def test_the_example_has_no_problems() -> None:
    found = a_charter()

    assert (found.pilot, found.tool, found.own_tools) == (
        "offers-with-assistant-x",
        "Assistant X",
        frozenset({"assistant_x"}),
    )
    assert [wave.kind for wave in found.waves] == ["baseline", "pulse", "pulse", "closing"]
    assert found.owners.compliance.name == "Mira Novak"


def test_a_threshold_of_170_percent_and_missing_owners_are_named_together() -> None:
    start, end = TEXT.index("owners:"), TEXT.index("use:")
    text = (TEXT[:start] + TEXT[end:]).replace("threshold: 0.70", "threshold: 1.7")

    with pytest.raises(DocumentError) as raised:
        load_bytes(text.encode(), "charter.yaml")

    assert [str(problem) for problem in raised.value.found] == [
        "charter.yaml:4:1: `owners` is missing",
        "charter.yaml:21:25: threshold: must be from 0 to 1",
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("pilot: offers-with-assistant-x", "pilot: Offers & more", "pilot: small letters, digits and -"),
        ("ends_on: 2027-04-09", "ends_on: 2027-01-11", "ends_on: must be after starts_on"),
        ("starts_on: 2027-01-11", "starts_on: 2027-02-30", "starts_on: must be a day"),
        ('technical: {name: "Tom Hofer", role: "IT Operations"}', "", "`technical` is missing"),
        ('name: "Ada Berger", role', 'name: " ", role', "name: must have 1 to 120 characters"),
        ('"ada.berger@example.org"', '"ada.berger"', "email: is not an e-mail address"),
        ("active_days_per_week: 3", "active_days_per_week: 8", "active_days_per_week: must be from 1 to 7"),
        ("threshold: 0.70", "threshold: 0", "threshold: must be above 0"),
        ("threshold: 0.20, strong: 0.30", "threshold: 0.30, strong: 0.20", "strong: must not be below threshold"),
        ("target: 33", "target: 45", "target: must be lower than the baseline"),
        ("better: lower", "better: faster", "better: must be one of lower, higher"),
        ("baseline: 42 ", "baseline: 0 ", "baseline: must be above 0"),
        ("id: crm,", "id: security,", "id: `security` exists already"),
        ("area: integration", "area: plumbing", "area: must be one of security, integration"),
        ("status: open, e", "status: nearly, e", "status: must be one of open, done, failed, waived"),
        ("pass_at: 0.90", "pass_at: 0.4", "pass_at: must be from 0.5 to 0.999"),
        ("minimum_response: 0.50", "minimum_response: 50", "minimum_response: must be from 0 to 1"),
        ("reveal_minimum: 8", "reveal_minimum: 4", "reveal_minimum: must be from 5 to 10000"),
        ("group_minimum: 5", "group_minimum: 1", "group_minimum: must be from 5 to 10000"),
        ("comment_minimum: 10", "comment_minimum: 2", "comment_minimum: must be from 5 to 10000"),
        ("key: file", "key: none", "key: must be one of passphrase, file"),
        (
            "sanctioned_tools: [assistant_x]",
            "sanctioned_tools: [assistant_y]",
            "`assistant_y` is not among known_tools",
        ),
        ("sanctioned_tools: [assistant_x]", "sanctioned_tools: [chatgpt]", "the pilot's own tool is missing"),
        ("label: Assistant X", "label: Assistant", "one of them must be labelled Assistant X"),
        ("code: support, label", "code: sales, label", "code: `sales` exists already"),
        ("code: support, label", "code: other_teams, label", "code: `other_teams` is taken"),
        ("{en: Support, de: Kundendienst}", "{en: Sales, de: Vertrieb}", "label: another one has the same label"),
        ("label: {en: Sales, de: Vertrieb}", "label: {en: Sales}", "`de` is missing"),
        ("primary_task: {en: ", "primary_task: {fr: ", "unknown key `fr`"),
        ("languages: [en, de]", "languages: [english]", "languages: different language codes"),
        ("time_zone: Europe/Vienna", "time_zone: Europe/Wien", "time_zone: is unknown: use a name like"),
        ("time_zone: Europe/Vienna", "", "`time_zone` is missing"),
        ("privacy_notice_url: null", "privacy_notice_url: http://example.org", "must begin with https://"),
        ("step: integration_early", "step: hard_criteria", "step: `hard_criteria` stands here twice"),
        ("kind: baseline, q", "kind: pulse, q", "waves: the first wave must be the baseline"),
        ("kind: pulse, q", "kind: baseline, q", "waves: only the first wave can be the baseline"),
        ("kind: pulse, q", "kind: closing, q", "waves: the closing wave must be the last"),
        ("questionnaire: pulse", "questionnaire: ../pulse.yaml", "questionnaire: is a file name without folder"),
        ("closes_at: 2027-01-08T18:00", "closes_at: 2027-01-04T07:00", "waves: opens_at must be before closes_at"),
        ("closes_at: 2027-01-08T18:00", "closes_at: 2027-02-09T18:00", "waves: must open after the wave before"),
        ("closes_at: 2027-03-12T18:00", "closes_at: 2027-03-28T02:30", "closes_at is skipped by the change to summer"),
        ("opens_at: 2027-01-04T08:00", "opens_at: Monday", "opens_at: must be a local time"),
        ("decision: {", "decision: {bribe: 1, ", "unknown key `bribe`"),
        ("hourly: 60", "hourly: 0", "hourly: must be above 0"),
        ("monthly_per_person: 30, ", "", "`monthly_per_person` is missing"),
        ("currency: EUR", "currency: EUR, yearly: 1", "unknown key `yearly`"),
        ("hourly: 60", "hourly: much", "hourly"),
        ("groups:  ", "groups: []\nteams:  ", "groups: must not be empty"),
    ],
)
def test_a_mistake_is_named(old: str, new: str, message: str) -> None:
    assert any(message in problem for problem in problems(old, new))


def test_what_is_left_out_has_its_strict_customary_value() -> None:
    lines = [line for line in TEXT.splitlines() if not line.startswith(("use:", "decision:", "privacy:"))]
    text = "\n".join(line for line in lines if "adoption:" not in line and "impact:" not in line)

    found = load_bytes(text.encode(), "charter.yaml")

    assert (found.use.active_days_per_week, found.use.sustained_pulses) == (3, 2)
    assert (found.gates.adoption, found.gates.impact.threshold, found.gates.impact.strong) == (0.70, 0.20, 0.30)
    assert (found.decision.pass_at, found.decision.fail_at, found.decision.minimum_response) == (0.90, 0.10, 0.50)
    assert (found.privacy.reveal_minimum, found.privacy.group_minimum, found.privacy.comment_minimum) == (8, 5, 10)
    assert found.privacy.key == "passphrase"


def test_a_charter_comes_back_from_its_record() -> None:
    assert canonical.from_json(canonical.to_json(a_charter()), Charter) == a_charter()


def test_a_charter_without_costs_is_recorded_as_before_there_were_any() -> None:
    lines = [line for line in TEXT.splitlines() if not line.startswith("costs:")]

    found = load_bytes("\n".join(lines).encode(), "charter.yaml")

    assert found.costs is None
    assert '"costs":' not in canonical.to_json(found)
    assert canonical.from_json(canonical.to_json(found), Charter) == found
    assert plan_of(found).costs is None


# --------------------------------------------------------------------------- the lock


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("threshold: 0.70", "threshold: 0.69"),
        ("strong: 0.30", "strong: 0.31"),
        ("target: 33", "target: 34"),
        ("baseline: 42", "baseline: null"),
        ("sustained_pulses: 2", "sustained_pulses: 1"),
        ("minimum_response: 0.50", "minimum_response: 0.40"),
        ("group_minimum: 5", "group_minimum: 6"),
        ("key: file", "key: passphrase"),
        ("code: support, label", "code: helpdesk, label"),
        ("Works inside the CRM", "Works beside the CRM"),
        ("id: crm,", "id: sap,"),
    ],
)
def test_the_hash_covers_what_was_agreed_on(old: str, new: str) -> None:
    assert old in TEXT
    changed = load_bytes(TEXT.replace(old, new, 1).encode(), "charter.yaml")

    assert locked_hash(changed) != locked_hash(a_charter())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("status: open, e", "status: done, e"),
        ('owner: "Tom Hofer", status', 'owner: "Ada Berger", status'),
        ('technical: {name: "Tom Hofer"', 'technical: {name: "Eva Klein"'),
        ("opens_at: 2027-02-08T08:00", "opens_at: 2027-02-09T08:00"),
        ("Offers with Assistant X", "Offers"),
        ('contact: "Ada', 'contact: "Tom'),
        ("hourly: 60", "hourly: 70"),
    ],
)
def test_the_hash_leaves_the_register_alone(old: str, new: str) -> None:
    assert old in TEXT
    changed = load_bytes(TEXT.replace(old, new, 1).encode(), "charter.yaml")

    assert locked_hash(changed) == locked_hash(a_charter())


def test_the_locked_part_writes_out_every_value() -> None:
    part = locked_part(a_charter()).decode()

    assert '"adoption":0.7' in part
    assert '"decision":[0.9,0.1,0.5]' in part
    assert '"comment_minimum":10' in part


def test_a_charter_that_can_lead_to_a_decision_lacks_nothing() -> None:
    assert missing(a_charter()) == ()


def test_what_is_missing_for_a_decision_is_said() -> None:
    charter = a_charter()
    gates = replace(charter.gates, kpi=replace(charter.gates.kpi, baseline=None), readiness=charter.gates.readiness[:5])

    found = missing(replace(charter, gates=gates, waves=charter.waves[:2]))

    assert [str(sentence).split(":")[0].split(",")[0] for sentence in found] == [
        "the KPI has no value before the pilot",
        "no readiness item covers monitoring",
        "2 pulse or closing waves must show the adoption level",
    ]


# --------------------------------------------------------------------------- for the analysis


def test_the_plan_says_what_the_charter_says() -> None:
    charter = a_charter()

    plan = plan_of(charter)

    assert isinstance(plan, Plan)
    assert [owner.side for owner in plan.owners] == list(SIDES)
    assert [owner.name for owner in plan.owners] == ["Ada Berger", "Tom Hofer", "Mira Novak"]
    assert plan.kpi is not None
    assert (plan.kpi.baseline, plan.kpi.target, plan.adoption_threshold) == (42, 33, 0.70)
    assert plan.readiness[0].text == Text.of(
        {"en": "Security review done, not waived", "de": "Sicherheitsprüfung erfolgt, nicht erlassen"}
    )
    assert plan.charter_hash == locked_hash(charter)
    assert plan.trustee == "Lea Winter (works council)"
    assert plan.costs == Costs(hourly=60, monthly_per_person=30, currency="EUR")


@pytest.mark.parametrize("part", ["gates:", "  kpi:"])
def test_a_charter_without_its_gates_is_refused(part: str) -> None:
    found = problems(part, part.replace(":", "_:"))

    assert f"`{part.strip(' :')}` is missing" in found


def test_there_is_an_end_to_the_number_of_waves() -> None:
    wave = "  - {kind: pulse, questionnaire: pulse, opens_at: 20%02d-02-08T08:00, closes_at: 20%02d-02-12T18:00}\n"
    many = "".join(wave % (year, year) for year in range(28, 98))

    assert problems("  - {kind: closing", many + "  - {kind: closing") != []
