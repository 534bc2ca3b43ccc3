"""A made-up report with every measure that the readout knows, small enough to be checked by eye."""

from dataclasses import replace
from datetime import date

from analysis.codebook import Option, Text
from analysis.plan import Owner, PathStep, ReadinessItem
from analysis.results import (
    GAP,
    Amount,
    Chance,
    Count,
    Decision,
    Disclosure,
    Figure,
    Gate,
    Measure,
    PilotFacts,
    Provenance,
    Report,
    Robustness,
    Row,
    Sentence,
    Share,
    Step,
    Verdict,
    WaveFacts,
)

GROUPS = (
    ("sales", "Sales", "Vertrieb"),
    ("support", "Support", "Kundendienst"),
    ("other", "Other teams", "Andere Teams"),
)
WAVES = (1, 2, 3, 4)


def text(english: str, german: str = "") -> Text:
    return Text.of({"en": english, "de": german or english})


def share(count: int, base: int, low: float | None = None, high: float | None = None) -> Figure:
    value = round(count / base, 4)
    return Figure(
        count=count,
        base=base,
        share=value,
        low=round(max(0.0, value - 0.08), 4) if low is None else low,
        high=round(min(1.0, value + 0.08), 4) if high is None else high,
    )


def _rows(measure: str, wave: int, counts: dict[str, int], base: int, *, group: str = "") -> list[Row]:
    return [Row(wave, group, measure, measure, option, share(count, base)) for option, count in counts.items()]


def _measure(
    name: str, section: str, title: str, german: str, options: tuple[tuple[str, str, str], ...], **more: object
) -> Measure:
    return Measure(
        id=name,
        section=section,
        title=text(title, german),
        definition=text(
            f"{title}: the share of those who answered this question.",
            f"{german}: Anteil derer, die diese Frage beantwortet haben.",
        ),
        options=tuple((code, text(english, deutsch)) for code, english, deutsch in options),
        **more,  # type: ignore[arg-type]
    )


FUNNEL = (
    ("invited", "Invited", "Eingeladen"),
    ("responded", "Responded", "Geantwortet"),
    ("aware", "Aware of the tool", "Kennen das Werkzeug"),
    ("access", "Have access", "Haben Zugang"),
    ("tried", "Tried it", "Haben es ausprobiert"),
    ("active", "Active", "Aktiv"),
)
BARRIERS = (
    ("no_access", "No access or login", "Kein Zugang oder keine Anmeldung"),
    ("what_for", "Did not know what to use it for", "Wusste nicht, wofür ich es einsetzen kann"),
    ("not_useful", "Could not get a useful answer", "Keine brauchbare Antwort bekommen"),
    ("wrong", "Wrong or made-up answer", "Falsche oder erfundene Antwort"),
    ("data", "My data or files were out of reach", "Auf meine Daten oder Dateien konnte es nicht zugreifen"),
    (
        "allowed",
        "Not allowed or not sure if allowed",
        "Nicht erlaubt oder unsicher, ob erlaubt (Datenschutzgrundverordnung)",
    ),
)
TOOLS = (("chatgpt", "ChatGPT", "ChatGPT"), ("gemini", "Gemini", "Gemini"), ("none", "None", "Keines"))
DATA = (
    ("public", "Public", "Öffentliches"),
    ("internal", "Internal", "Internes"),
    ("customers", "Customers' or personal data", "Kunden- oder personenbezogene Daten"),
    ("code", "Source code", "Quellcode"),
    ("contracts", "Contracts or legal", "Verträge oder Rechtliches"),
)
SCALE = (
    ("1", "strongly disagree", "stimme gar nicht zu"),
    *((str(n), f"{n}", f"{n}") for n in range(2, 7)),
    ("7", "strongly agree", "stimme voll zu"),
)
TASKS = (
    ("drafting", "Drafting", "Entwerfen"),
    ("research", "Research", "Recherche"),
    ("summaries", "Summaries", "Zusammenfassungen"),
)
ACTIVE = (("active", "Active", "Aktiv"),)


def _measures() -> tuple[Measure, ...]:
    return (
        _measure("response", "response", "Response", "Rücklauf", (("responded", "Responded", "Geantwortet"),)),
        _measure("funnel", "adoption", "Adoption funnel", "Nutzungstrichter", FUNNEL),
        _measure("active", "adoption", "Active use", "Aktive Nutzung", ACTIVE),
        _measure(
            "active_invited",
            "adoption",
            "Active use, estimate for the invited",
            "Aktive Nutzung, hochgerechnet auf die Eingeladenen",
            ACTIVE,
        ),
        _measure("stuck_where", "stuck", "Where people got stuck", "Wo Beschäftigte hängen bleiben", BARRIERS),
        _measure(
            "barriers_stuck",
            "stuck",
            "Barriers of those who are stuck",
            "Hindernisse derer, die hängen geblieben sind",
            BARRIERS,
        ),
        _measure(
            "barriers_passed",
            "stuck",
            "Barriers of those who passed",
            "Hindernisse derer, die weitergekommen sind",
            BARRIERS,
        ),
        _measure("stuck_task", "stuck", "Task they were stuck on", "Aufgabe, bei der es nicht weiterging", TASKS),
        _measure("other_tools", "shadow", "Other AI tools used", "Andere genutzte KI-Werkzeuge", TOOLS, sensitive=True),
        _measure("data_entered", "shadow", "Information entered", "Eingegebene Informationen", DATA, sensitive=True),
        _measure(
            "tool_by_data",
            "shadow",
            "Tool and kind of information",
            "Werkzeug und Art der Information",
            DATA,
            sensitive=True,
        ),
        _measure(
            "leakage",
            "shadow",
            "Leakage",
            "Abwanderung",
            (("leakage", "Uses another tool instead", "Nutzt stattdessen ein anderes Werkzeug"),),
            sensitive=True,
        ),
        _measure(
            "net_minutes",
            "impact",
            "Net time per week",
            "Nettozeit pro Woche",
            (("net", "Net minutes per person", "Netto-Minuten pro Person"),),
            unit="minutes",
        ),
        _measure(
            "kpi_measured",
            "impact",
            "Minutes per offer",
            "Minuten je Angebot",
            (("before", "Before", "Vorher"), ("after", "After", "Nachher"), ("target", "Target", "Ziel")),
            unit="minutes",
        ),
        _measure(
            "capability",
            "satisfaction",
            "Assistant X can do what I need for my work.",
            "Assistant X kann, was ich für meine Arbeit brauche.",
            SCALE,
        ),
        _measure("ease", "satisfaction", "Assistant X is easy to use.", "Assistant X ist leicht zu bedienen.", SCALE),
        _measure(
            "answers.pets",
            "answers",
            "=Pets & <plants> in the office",
            "=Haustiere & <Pflanzen> im Büro",
            (("dog", "+Dog", "+Hund"), ("fern", "Fern", "Farn")),
        ),
    )


def _all_rows() -> tuple[Row, ...]:
    rows: list[Row] = []
    for wave, answered in zip(WAVES, (50, 46, 44, 42), strict=True):
        rows += _rows("response", wave, {"responded": answered}, 60)
        for (group, _, _), part in zip(GROUPS, (0.5, 0.35, 0.15), strict=True):
            rows += _rows("response", wave, {"responded": round(answered * part)}, round(60 * part), group=group)
    for wave, active in zip(WAVES[1:], (33, 34, 36), strict=True):
        rows += _rows(
            "funnel",
            wave,
            {"invited": 60, "responded": 44, "aware": 43, "access": 41, "tried": 39, "active": active},
            60,
        )
        rows += _rows("active", wave, {"active": active}, 44)
        rows += [
            Row(wave, "sales", "active", "active", "active", share(18, 22)),
            Row(wave, "support", "active", "active", "active", share(11, 15)),
        ]
        rows += [Row(wave, "other", "active", "active", "active", GAP)]
        rows += [Row(wave, "", "active_invited", "active", "active", replace(share(47, 60), count=None))]
    stuck = (14, 12, 9, 7, 6, 3)
    rows += _rows("stuck_where", 4, {code: n for (code, _, _), n in zip(BARRIERS, stuck, strict=True)}, 42)
    rows += _rows(
        "barriers_stuck", 4, {code: n for (code, _, _), n in zip(BARRIERS, (9, 7, 2, 2, 1, 1), strict=True)}, 16
    )
    rows += _rows(
        "barriers_passed", 4, {code: n for (code, _, _), n in zip(BARRIERS, (2, 5, 6, 6, 5, 2), strict=True)}, 26
    )
    rows += _rows("stuck_task", 4, {"drafting": 11, "research": 8, "summaries": 4}, 23)
    rows += _rows("other_tools", 4, {"chatgpt": 12, "gemini": 6, "none": 22}, 40)
    rows += _rows("data_entered", 4, {"public": 12, "internal": 9, "customers": 6}, 40)
    rows += [
        Row(4, "", "data_entered", "data_entered", "code", GAP),
        Row(4, "", "data_entered", "data_entered", "contracts", GAP),
    ]
    for tool, counts in (("chatgpt", (10, 8, None, 5, None)), ("gemini", (5, None, None, None, None))):
        for (code, _, _), number in zip(DATA, counts, strict=True):
            rows.append(Row(4, "", "tool_by_data", tool, code, GAP if number is None else share(number, 40)))
    rows += _rows("leakage", 4, {"leakage": 7}, 40)
    rows += [
        Row(wave, "", "net_minutes", "saved", "net", Figure(base=40, low=float(18 + wave), high=float(55 + wave)))
        for wave in WAVES[1:]
    ]
    rows += [
        Row(0, "", "kpi_measured", "", option, Figure(value=value, low=low, high=high))
        for option, value, low, high in (
            ("before", 42.0, 39.5, 44.5),
            ("after", 31.4, 29.8, 33.0),
            ("target", 33.0, None, None),
        )
    ]
    for question, counts in (("capability", (1, 2, 3, 6, 9, 12, 6)), ("ease", (2, 1, 2, 5, 9, 11, 9))):
        rows += _rows(question, 4, {str(n): count for n, count in enumerate(counts, 1)}, 39)
    rows += _rows("answers.pets", 4, {"dog": 20, "fern": 19}, 39)
    return tuple(rows)


def _gates() -> tuple[Gate, ...]:
    return (
        Gate(
            "kpi",
            text("Primary KPI: minutes per offer", "Leitkennzahl: Minuten je Angebot"),
            Verdict.PASS,
            33.0,
            31.4,
            29.8,
            32.6,
            0.953,
            None,
            None,
            "minutes",
            "A",
        ),
        Gate(
            "adoption",
            text("Sustained adoption", "Anhaltende Nutzung"),
            Verdict.NOT_YET_PROVEN,
            0.7,
            0.78,
            0.68,
            0.86,
            0.896,
            Robustness.FRAGILE,
            11,
            sentences=(
                Sentence(
                    "Probability that at least %(gate)s are: %(chance)s.",
                    (("gate", Share(0.7)), ("chance", Chance(0.896))),
                ),
                Sentence(
                    "Not yet proven: %(more)s more answers at today's rate would settle it.", (("more", Count(11)),)
                ),
            ),
        ),
        Gate(
            "impact",
            text("Impact on the KPI", "Wirkung auf die Kennzahl"),
            Verdict.PASS,
            0.2,
            0.252,
            0.214,
            0.288,
            0.97,
            grade="A",
        ),
        Gate(
            "readiness",
            text("Readiness for production", "Bereitschaft für den Betrieb"),
            Verdict.NO_EVIDENCE,
            sentences=(Sentence("Two of six items have no evidence yet."),),
        ),
        Gate("owners", text("Named owners", "Benannte Verantwortliche"), Verdict.PASS),
    )


def a_report(**changes: object) -> Report:
    """Return the report, with some of its parts replaced."""
    pilot = PilotFacts(
        slug="offers-with-assistant-x",
        title="Offers with Assistant X",
        tool="Assistant X",
        languages=("en", "de"),
        starts_on=date(2027, 1, 11),
        ends_on=date(2027, 4, 9),
        groups=tuple(Option(code, text(english, german)) for code, english, german in GROUPS),
        owners=(
            Owner("business", "Ada Berger", "Head of sales"),
            Owner("technical", "Tim Ng", "IT"),
            Owner("compliance", "", ""),
        ),
        readiness=(
            ReadinessItem(
                "security",
                "security",
                text("Security review done, not waived", "Sicherheitsprüfung durchgeführt, nicht erlassen"),
                "Tim Ng",
                "done",
                "report 12",
                date(2027, 3, 1),
            ),
            ReadinessItem("integration", "integration", text("Works inside the offer tool"), "", "open"),
        ),
        path=(
            PathStep("representative_data", "Offers of the last two years", "sample of 400 offers"),
            PathStep("redesigned_workflow", "Draft first, then check", None),
        ),
        trustee="Works council",
    )
    report = Report(
        pilot=pilot,
        decision=Decision.FIX,
        summary=(
            Sentence(
                "Between %(low)s and %(high)s of the %(n)s invited people are active "
                "(%(x)s of %(k)s who answered; exact 95 %% interval).",
                (("low", Share(0.69)), ("high", Share(0.8)), ("n", Count(60)), ("x", Count(36)), ("k", Count(44))),
            ),
            Sentence(
                "Offers take %(after)s instead of %(before)s, measured against a comparison group.",
                (("after", Amount(31.4, "minutes")), ("before", Amount(42.0, "minutes"))),
            ),
            Sentence("Most people are lost between having access and trying it."),
        ),
        coverage=Sentence(
            "%(n)s of %(of)s invited people answered the last wave (%(share)s).",
            (("n", Count(42)), ("of", Count(60)), ("share", Share(0.7))),
        ),
        gates=_gates(),
        steps=(
            Step(
                Sentence("No access or login"),
                14,
                "Tim Ng",
                Sentence("Give every member of the pilot a login before the next pulse."),
                "adoption",
            ),
            Step(
                Sentence("Did not know what to use it for"),
                12,
                "Ada Berger",
                Sentence("Show three worked examples in every team meeting."),
                "adoption",
            ),
            Step(
                Sentence("Two readiness items are open"),
                None,
                "",
                Sentence("Name an owner and a date for each."),
                "readiness",
            ),
        ),
        waves=tuple(
            WaveFacts(
                number,
                kind,
                date(2027, number, 4),
                date(2027, number, 8),
                60,
                answered + 1,
                answered + 1,
                answered,
                1,
                0,
            )
            for number, kind, answered in zip(
                WAVES, ("baseline", "pulse", "pulse", "closing"), (50, 46, 44, 42), strict=True
            )
        ),
        measures=_measures(),
        rows=_all_rows(),
        findings=(
            ("adoption", (Sentence("The level was held in both of the last two waves."),)),
            (
                "stuck",
                (
                    Sentence(
                        "Most are lost before the first try; this is the largest loss with a probability of %(p)s.",
                        (("p", Chance(0.86)),),
                    ),
                ),
            ),
            ("shadow", (Sentence("%(n)s people use a tool that the company does not provide.", (("n", Count(18)),)),)),
        ),
        limits=(
            Sentence("People who answered may differ from those who did not."),
            Sentence("Groups are small; differences between them are not significant by themselves."),
        ),
        disclosure=Disclosure(5, 8, 10, 5, ("tasks",)),
        provenance=Provenance("0.1.0", "a" * 64, ((1, "b" * 64), (4, "c" * 64)), "d" * 64, "file", ((1, "1234 5678"),)),
    )
    return replace(report, **changes)  # type: ignore[arg-type]


def a_small_report() -> Report:
    """Return what `analyse` makes of a CSV without pilot, waves or gates: one distribution."""
    full = a_report()
    pets = full.measure("answers.pets")
    assert pets is not None
    return replace(
        full,
        pilot=replace(
            full.pilot,
            slug="pets",
            title="Pets",
            owners=(),
            readiness=(),
            path=(),
            groups=(),
            starts_on=None,
            ends_on=None,
            trustee="",
        ),
        measures=(pets,),
        rows=tuple(replace(row, wave=1) for row in full.select("answers.pets")),
        gates=tuple(
            replace(
                gate,
                verdict=Verdict.NO_EVIDENCE,
                threshold=None,
                estimate=None,
                low=None,
                high=None,
                probability=None,
                sentences=(),
            )
            for gate in full.gates
        ),
        steps=(),
        findings=(),
        waves=(WaveFacts(1, "closing", None, None, None, None, None, 39, 0, 0),),
    )
