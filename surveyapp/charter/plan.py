"""The charter as the analysis reads it."""

from analysis.plan import Owner, Plan
from surveyapp.charter.lock import locked_hash
from surveyapp.charter.model import SIDES, Charter, Person
from surveyapp.charter.register import Register


def plan_of(charter: Charter, register: Register | None = None) -> Plan:
    """Return what *charter* fixes, with what *register* says today.

    Raises:
        RefusedError: a change of the register does not fit the charter.
    """
    today = register.applied_to(charter) if register else charter
    people: tuple[Person, ...] = (today.owners.business, today.owners.technical, today.owners.compliance)
    return Plan(
        pilot=today.pilot,
        title=today.title,
        tool=today.tool,
        groups=today.groups,
        languages=today.languages,
        starts_on=today.starts_on,
        ends_on=today.ends_on,
        active_days=today.use.active_days_per_week,
        sustained_pulses=today.use.sustained_pulses,
        kpi=today.gates.kpi,
        adoption_threshold=today.gates.adoption,
        impact_threshold=today.gates.impact.threshold,
        impact_strong=today.gates.impact.strong,
        pass_at=today.decision.pass_at,
        fail_at=today.decision.fail_at,
        minimum_response=today.decision.minimum_response,
        reveal_minimum=today.privacy.reveal_minimum,
        group_minimum=today.privacy.group_minimum,
        comment_minimum=today.privacy.comment_minimum,
        owners=tuple(Owner(side, person.name, person.role) for side, person in zip(SIDES, people, strict=True)),
        readiness=today.gates.readiness,
        path=today.path,
        known_tools=today.known_tools,
        sanctioned_tools=today.sanctioned_tools,
        tasks=today.tasks,
        trustee=f"{today.trustee.name} ({today.trustee.role})",
        costs=today.costs,
        charter_hash=locked_hash(charter),
    )
