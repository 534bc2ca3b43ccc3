"""A small instrument with every kind and most measures, a plan, and pilots of made-up people."""

from collections.abc import Sequence
from datetime import date

from analysis.codebook import Codebook, Condition, Item, Kind, Option, Test, Text, Values
from analysis.counting.tabulation import Wave
from analysis.frame import from_packed
from analysis.packing import pack
from analysis.plan import KpiPoint, KpiSeries, KpiTarget, Owner, Plan, ReadinessItem, WaveCounts
from analysis.synthetic import Truth, ballots

TEAMS = ("sales", "support", "office")


def option(code: str, **more: object) -> Option:
    return Option(code, Text.plain(code), **more)  # type: ignore[arg-type]


def item(name: str, kind: Kind, codes: Sequence[str | Option] = (), **more: object) -> Item:
    options = tuple(code if isinstance(code, Option) else option(code) for code in codes)
    more.setdefault("measure", name)
    return Item(name, kind, Text.plain(name), options=options, wording=name, **more)  # type: ignore[arg-type]


def when(question: str, operator: str, *values: str | int | bool) -> Condition:
    return Test(question, operator, values)


def refusal() -> Option:
    return option("refused", refusal=True, exclusive=True)


def bands() -> tuple[Option, ...]:
    edges = [("none", 0, 0), ("to_30", 0, 30), ("to_60", 30, 60), ("to_120", 60, 120), ("more", 120, None)]
    return tuple(option(code, low=low, high=high) for code, low, high in edges)


TRIED = when("reach", "one_of", "tried", "use")
SEVEN, FIVE = tuple("1234567"), tuple("12345")

USE_ITEMS = (
    item("group", Kind.SINGLE, [*TEAMS, option("unsaid", refusal=True)]),
    item("reach", Kind.SINGLE, ["not_heard", "no_access", "not_tried", "tried", "use"]),
    item("tool_days", Kind.NUMBER, minimum=0, maximum=7, shown_if=TRIED, implied=0),
    item("sustained_recall", Kind.SINGLE, ["yes", "no", "unknown", "no_access"], shown_if=TRIED),
    item("minutes_saved", Kind.BAND, bands(), shown_if=when("tool_days", "at_least", 1)),
    item("minutes_lost", Kind.BAND, bands(), shown_if=when("tool_days", "at_least", 1)),
    item(
        "stuck_where",
        Kind.SINGLE,
        [
            option("login", stage="access"),
            option("no_idea", stage="tried"),
            option("wrong", stage="active"),
            option("slow", stage="active"),
            option("not_stuck", exclusive=True),
        ],
        shown_if=when("reach", "one_of", "no_access", "not_tried", "tried", "use"),
    ),
    item(
        "other_tools",
        Kind.MULTIPLE,
        ["chatgpt", "gemini", "other", option("none", exclusive=True), refusal()],
        sensitive=True,
    ),
    item(
        "data_entered",
        Kind.MULTIPLE,
        ["public", "internal", "personal", option("none", exclusive=True), refusal()],
        sensitive=True,
        shown_if=when("other_tools", "includes", "chatgpt", "gemini", "other"),
    ),
    item("capability", Kind.SCALE, SEVEN, shown_if=TRIED, minimum=1, maximum=7),
    item("barriers", Kind.RANK, ["time", "skill", "rules", option("nothing", exclusive=True)], maximum=3),
    item("mood", Kind.SCALE, FIVE, measure=None, minimum=1, maximum=5),
    item("aspects", Kind.MATRIX, FIVE, measure=None, rows=(option("speed"), option("quality")), minimum=1, maximum=5),
    item("age", Kind.NUMBER, measure=None, minimum=0, maximum=900),
    item("comment", Kind.TEXT, maximum=500),
)
BASELINE_ITEMS = (
    USE_ITEMS[0],
    item("any_days", Kind.NUMBER, minimum=0, maximum=7),
    item("trust_survey", Kind.SCALE, FIVE, minimum=1, maximum=5),
    USE_ITEMS[7],
)
PULSE = Codebook("pulse", 1, USE_ITEMS)
BASELINE = Codebook("baseline", 1, BASELINE_ITEMS)

PLAN = Plan(
    pilot="offers",
    title="Offers",
    tool="Assistant X",
    groups=tuple(option(team) for team in TEAMS),
    starts_on=date(2027, 1, 11),
    ends_on=date(2027, 4, 9),
    kpi=KpiTarget("Minutes per offer", "minutes", "lower", 42, 33),
    owners=tuple(Owner(side, f"{side} owner") for side in ("business", "technical", "compliance")),
    readiness=(ReadinessItem("security", "security", Text.plain("Review"), status="done", evidence="report"),),
)
AS_OF = date(2027, 4, 10)
GO_TRUTH = Truth(active=(0.82, 0.86, 0.88), response=0.9)
FIX_TRUTH = Truth(active=(0.3, 0.35, 0.4), no_access=0.6, not_heard=0.05, not_tried=0.1)
KINDS = ("baseline", "pulse", "pulse", "closing")


def people(number: int) -> list[str]:
    return [TEAMS[place % len(TEAMS)] for place in range(number)]


def a_wave(values: Sequence[Values], number: int, kind: str, invited: Sequence[str] | None) -> Wave:
    codebook = BASELINE if kind == "baseline" else PULSE
    counts = WaveCounts(
        number,
        kind,
        date(2027, number, 1),
        date(2027, number, 6),
        None if invited is None else len(invited),
        () if invited is None else tuple((team, invited.count(team)) for team in TEAMS),
        issued=len(values),
        cast=len(values),
    )
    return Wave(counts, from_packed(codebook, [pack(codebook, value) for value in values]))


def a_pilot(truth: Truth, *, number: int = 60, kinds: Sequence[str] = KINDS, seed: int = 1) -> list[Wave]:
    invited = people(number)
    return [
        a_wave([one for one in answers if one is not None], wave, kind, invited)
        for wave, kind in enumerate(kinds, start=1)
        for answers in [
            ballots(
                BASELINE if kind == "baseline" else PULSE,
                PLAN,
                truth,
                people=invited,
                kind=kind,
                number=wave,
                seed=seed,
            )
        ]
    ]


def a_series(*, after: float = 29, comparison: float = 40) -> KpiSeries:
    values = {"before": (41.0, 40.0), "after": (after, comparison)}
    return KpiSeries(
        tuple(
            KpiPoint(f"team-{place}", period, arm, date(2027, 1 if period == "before" else 3, 2), "minutes", value)
            for place in range(6)
            for period, arms in values.items()
            for arm, value in zip(("pilot", "comparison"), (arm + 0.4 * place for arm in arms), strict=True)
        ),
        sha256="k",
    )
