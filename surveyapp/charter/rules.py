"""Reading gates, thresholds and minimums of a charter; what is left out has its customary value."""

from typing import Final

from analysis.plan import Costs, KpiTarget, ReadinessItem
from surveyapp.charter.model import (
    ADOPTION,
    AREAS,
    KEY_MODES,
    STATUSES,
    DecisionRule,
    Gates,
    Impact,
    Privacy,
    Use,
)
from surveyapp.documents.fields import Fields

MINIMUM: Final = 5  # floor of every privacy minimum (design 4.5)
RETENTION: Final = (30, 3650)  # days
HIGHEST_COST: Final = 1e9


def gates(fields: Fields, languages: tuple[str, ...]) -> Gates:
    """Return what decides."""
    inner = fields.inner("gates")
    if inner is None:
        return Gates(KpiTarget("", "", "lower", None, 0))
    gates = Gates(_kpi(inner), _adoption(inner), _impact(inner), _readiness(inner, languages))
    inner.end()
    return gates


def _kpi(fields: Fields) -> KpiTarget:
    inner = fields.inner("kpi")
    if inner is None:
        return KpiTarget("", "", "lower", None, 0)
    kpi = KpiTarget(
        inner.text("name", limit=120),
        inner.text("unit", limit=40),
        inner.choice("better", ("lower", "higher")),
        inner.optional_number("baseline"),
        inner.number("target", -1e12, 1e12),
        inner.text("source", ""),
    )
    inner.node("baseline", required=False)
    if kpi.baseline is not None and "target" in inner:
        if kpi.better == "lower" and kpi.target >= kpi.baseline:
            inner.wrong("target", "must be lower than the baseline")
        if kpi.better == "higher" and kpi.target <= kpi.baseline:
            inner.wrong("target", "must be higher than the baseline")
    if kpi.baseline is not None and kpi.baseline <= 0:
        inner.wrong("baseline", "must be above 0: improvement is relative to it")
    inner.end()
    return kpi


def _share(fields: Fields, key: str, default: float) -> float:
    share = fields.number(key, 0, 1, default)
    if share == 0:
        fields.wrong(key, "must be above 0")
    return share


def _adoption(fields: Fields) -> float:
    inner = fields.inner("adoption", required=False)
    if inner is None:
        return ADOPTION
    threshold = _share(inner, "threshold", ADOPTION)
    inner.end()
    return threshold


def _impact(fields: Fields) -> Impact:
    inner = fields.inner("impact", required=False)
    usual = Impact()
    if inner is None:
        return usual
    impact = Impact(_share(inner, "threshold", usual.threshold), _share(inner, "strong", usual.strong))
    if impact.strong < impact.threshold:
        inner.wrong("strong", "must not be below threshold")
    inner.end()
    return impact


def _readiness(fields: Fields, languages: tuple[str, ...]) -> tuple[ReadinessItem, ...]:
    found: dict[str, ReadinessItem] = {}
    for entry in fields.each("readiness", required=False):
        code = entry.code("id")
        if code in found:
            entry.wrong("id", "`%(name)s` exists already", name=code)
        found[code] = ReadinessItem(
            code,
            entry.choice("area", AREAS),
            entry.words("text", languages, plain=True, limit=300),
            entry.text("owner", "", limit=120),
            entry.choice("status", STATUSES, "open"),
            entry.text("evidence", "") or None,
            entry.day("reviewed_on"),
            entry.day("expires_on"),
        )
        entry.end()
    return tuple(found.values())


def costs(fields: Fields) -> Costs | None:
    """Return what an hour and the tool cost, none where the charter says nothing of it."""
    inner = fields.inner("costs", required=False)
    if inner is None:
        return None
    found = Costs(
        inner.number("hourly", 0, HIGHEST_COST),
        inner.number("monthly_per_person", 0, HIGHEST_COST),
        inner.text("currency", limit=10),
    )
    for key, cost in (("hourly", found.hourly), ("monthly_per_person", found.monthly_per_person)):
        if key in inner and cost == 0:
            inner.wrong(key, "must be above 0; without it leave out costs altogether")
    inner.end()
    return found


def use(fields: Fields) -> Use:
    """Return what active and sustained mean."""
    inner = fields.inner("use", required=False)
    usual = Use()
    if inner is None:
        return usual
    use = Use(
        inner.integer("active_days_per_week", 1, 7, usual.active_days_per_week),
        inner.integer("sustained_pulses", 1, 12, usual.sustained_pulses),
    )
    inner.end()
    return use


def decision(fields: Fields) -> DecisionRule:
    """Return when a gate passes or fails."""
    inner = fields.inner("decision", required=False)
    usual = DecisionRule()
    if inner is None:
        return usual
    rule = DecisionRule(
        inner.number("pass_at", 0.5, 0.999, usual.pass_at),
        inner.number("fail_at", 0.001, 0.5, usual.fail_at),
        inner.number("minimum_response", 0, 1, usual.minimum_response),
    )
    inner.end()
    return rule


def privacy(fields: Fields) -> Privacy:
    """Return the minimums, none below its floor."""
    inner = fields.inner("privacy", required=False)
    usual = Privacy()
    if inner is None:
        return usual
    privacy = Privacy(
        inner.integer("reveal_minimum", MINIMUM, 10_000, usual.reveal_minimum),
        inner.integer("group_minimum", MINIMUM, 10_000, usual.group_minimum),
        inner.integer("comment_minimum", MINIMUM, 10_000, usual.comment_minimum),
        inner.integer("retention_days", *RETENTION, usual.retention_days),
        inner.choice("key", KEY_MODES, usual.key),
    )
    inner.end()
    return privacy
