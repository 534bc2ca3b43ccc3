"""A charter file to its values, with every mistake named by line and column."""

import re
from datetime import date
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from analysis.codebook import Option
from analysis.plan import PathStep
from surveyapp.charter import rules, waves
from surveyapp.charter.model import (
    PATH_STEPS,
    WAVE_KINDS,
    Charter,
    Owners,
    Person,
    PlannedWave,
)
from surveyapp.documents.fields import Fields, read
from surveyapp.documents.tree import content

SLUG: Final = re.compile(r"[a-z][a-z0-9-]{0,38}[a-z0-9]")
QUESTIONNAIRE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
RESERVED: Final = frozenset({"other", "none", "refused", "other_teams"})  # options that questionnaires add themselves


def load(path: Path) -> Charter:
    """Return the charter in the file at *path*.

    Raises:
        DocumentError: something is wrong with it; every mistake is named.
        InputError: the file cannot be read.
    """
    return load_bytes(content(path), str(path))


def load_bytes(data: bytes, file: str) -> Charter:
    """Return the charter in *data*, called *file* in problems.

    Raises:
        DocumentError: something is wrong with it; every mistake is named.
    """
    fields = read(data, file)
    charter = _charter(fields)
    fields.end()
    fields.problems.settle()
    return charter


def _charter(fields: Fields) -> Charter:
    languages = fields.languages("languages") or ("en",)
    pilot = fields.text("pilot", limit=40)
    if "pilot" in fields and not SLUG.fullmatch(pilot):
        fields.wrong("pilot", "small letters, digits and - only, beginning with a letter")
    title, tool = fields.text("title", limit=120), fields.text("tool", limit=80)
    starts_on, ends_on = fields.day("starts_on", required=True), fields.day("ends_on", required=True)
    if starts_on and ends_on and starts_on >= ends_on:
        fields.wrong("ends_on", "must be after starts_on")
    known, sanctioned = _tools(fields, tool, languages)
    zone = _zone(fields)
    charter = Charter(
        pilot=pilot,
        title=title,
        tool=tool,
        groups=_options(fields, "groups", languages),
        starts_on=starts_on or date.min,
        ends_on=ends_on or date.min,
        owners=_owners(fields),
        gates=rules.gates(fields, languages),
        languages=languages,
        time_zone=zone.key,
        trustee=_person(fields, "trustee"),
        contact=fields.text("contact"),
        primary_task=fields.words("primary_task", languages, limit=120),
        known_tools=known,
        sanctioned_tools=sanctioned,
        waves=_waves(fields, zone),
        tasks=_options(fields, "tasks", languages, required=False),
        use=rules.use(fields),
        decision=rules.decision(fields),
        privacy=rules.privacy(fields),
        path=_path(fields),
        privacy_notice_url=fields.text("privacy_notice_url", ""),
        costs=rules.costs(fields),
    )
    if charter.privacy_notice_url and not charter.privacy_notice_url.startswith("https://"):
        fields.wrong("privacy_notice_url", "must begin with https://")
    return charter


def _zone(fields: Fields) -> ZoneInfo:
    name = fields.text("time_zone", limit=60)
    if name in available_timezones():
        return ZoneInfo(name)
    if "time_zone" in fields:
        fields.wrong("time_zone", "is unknown: use a name like Europe/Vienna")
    return ZoneInfo("UTC")


# --------------------------------------------------------------------------- people


def _person(fields: Fields, key: str) -> Person:
    inner = fields.inner(key)
    if inner is None:
        return Person("", "")
    person = Person(inner.text("name", limit=120), inner.text("role", limit=120), inner.text("email", "", limit=254))
    if person.email and not EMAIL.fullmatch(person.email):
        inner.wrong("email", "is not an e-mail address")
    inner.end()
    return person


def _owners(fields: Fields) -> Owners:
    inner = fields.inner("owners")
    if inner is None:
        return Owners(Person("", ""), Person("", ""), Person("", ""))
    owners = Owners(_person(inner, "business"), _person(inner, "technical"), _person(inner, "compliance"))
    inner.end()
    return owners


# --------------------------------------------------------------------------- lists


def _options(
    fields: Fields, key: str, languages: tuple[str, ...], *, required: bool = True, reserved: frozenset[str] = RESERVED
) -> tuple[Option, ...]:
    found: dict[str, Option] = {}
    for entry in fields.each(key, required=required):
        code = entry.code("code")
        option = Option(code, entry.words("label", languages, plain=True, limit=120))
        if code in found:
            entry.wrong("code", "`%(name)s` exists already", name=code)
        if code in reserved:
            entry.wrong("code", "`%(name)s` is taken: questionnaires add an option of this code", name=code)
        if option.label in [other.label for other in found.values()]:
            entry.wrong("label", "another one has the same label")
        found.setdefault(code, option)
        entry.end()
    return tuple(found.values())


def _tools(fields: Fields, tool: str, languages: tuple[str, ...]) -> tuple[tuple[Option, ...], tuple[str, ...]]:
    known = _options(fields, "known_tools", languages)
    codes = {option.code for option in known}
    sanctioned = fields.codes("sanctioned_tools")
    for code, place in sanctioned:
        if code not in codes:
            fields.problems.add(place, "`%(name)s` is not among known_tools", about="sanctioned_tools", name=code)
    own = {option.code for option in known if any(name == tool for _, name in option.label.entries)}
    if known and tool and not own:
        fields.wrong("known_tools", "the pilot's own tool is missing: one of them must be labelled %(tool)s", tool=tool)
    elif sanctioned and not own <= {code for code, _ in sanctioned}:
        fields.wrong("sanctioned_tools", "the pilot's own tool is missing")
    return known, tuple(code for code, _ in sanctioned)


def _path(fields: Fields) -> tuple[PathStep, ...]:
    steps: dict[str, PathStep] = {}
    for entry in fields.each("path", required=False):
        step = entry.choice("step", PATH_STEPS)
        if step in steps:
            entry.wrong("step", "`%(name)s` stands here twice", name=step)
        steps[step] = PathStep(step, entry.text("text"), entry.text("evidence", "") or None)
        entry.end()
    return tuple(steps.values())


def _waves(fields: Fields, zone: ZoneInfo) -> tuple[PlannedWave, ...]:
    found = []
    for entry in fields.each("waves"):
        kind = entry.choice("kind", WAVE_KINDS)
        questionnaire = entry.text("questionnaire", limit=60)
        if questionnaire and not QUESTIONNAIRE.fullmatch(questionnaire):
            entry.wrong("questionnaire", "is a file name without folder and ending, like pulse")
        opens_at, closes_at = entry.moment("opens_at"), entry.moment("closes_at")
        entry.end()
        if opens_at and closes_at:
            found.append((PlannedWave(kind, questionnaire, opens_at, closes_at), entry.place))
    for index, fault in waves.faults([wave for wave, _ in found], zone):
        fields.problems.add(found[index][1], fault, about="waves")
    return tuple(wave for wave, _ in found)
