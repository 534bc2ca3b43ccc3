"""A charter as entries: written, judged by the rules of the file, filled in section by section, and compared."""

from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from surveyapp.charter import loader
from surveyapp.charter.beginning import beginning
from surveyapp.charter.differences import differences
from surveyapp.charter.draft import judge, read_entries
from surveyapp.charter.filling import MOST_ROWS, name_of, taken, values_of
from surveyapp.charter.form import SECTIONS, Control, Field, Rows, Section
from surveyapp.charter.model import Impact
from surveyapp.charter.writing import entries_of, text_of
from surveyapp.documents.problems import DocumentError

EXAMPLE = Path(__file__).parents[2] / "examples" / "charter.yaml"
CHARTER = loader.load(EXAMPLE)


def section(name: str) -> Section:
    return next(section for section in SECTIONS if section.id == name)


def faults(entries: dict[str, Any]) -> dict[str, str]:
    return {name_of(fault.path): fault.message for fault in judge(entries, "draft.yaml").faults}


def test_a_charter_that_is_written_and_read_is_the_same() -> None:
    entries = entries_of(CHARTER)

    assert loader.load_bytes(text_of(entries).encode(), "again.yaml") == CHARTER
    assert judge(entries, "draft.yaml").charter == CHARTER
    assert read_entries(text_of(entries).encode(), "again.yaml") == entries


def test_a_file_is_read_as_it_was_written_by_hand() -> None:
    assert judge(read_entries(EXAMPLE.read_bytes(), "charter.yaml"), "draft.yaml").charter == CHARTER


def test_what_is_no_mapping_is_refused_with_its_line() -> None:
    with pytest.raises(DocumentError, match=r"charter.yaml:2:1"):
        read_entries(b"pilot: x\n\tbroken: [", "charter.yaml")


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("title",), None, "`title` is missing"),
        (("gates", "kpi", "target"), "soon", "must be a number"),
        (("gates", "kpi", "target"), 50, "must be lower than the baseline"),
        (("owners", "business", "name"), None, "`name` is missing"),
        (("starts_on",), "tomorrow", "must be a day like 2027-01-31"),
        (("privacy", "group_minimum"), 2, "must be from 5 to 10000"),
        (("groups", 1, "code"), "sales", "`sales` exists already"),
        (("waves", 2, "closes_at"), None, "`closes_at` is missing"),
    ],
)
def test_every_fault_is_found_at_its_field(path: tuple[str | int, ...], value: object, said: str) -> None:
    entries: Any = entries_of(CHARTER)
    inner = entries
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value

    assert faults(entries) == {name_of(path): said}


def test_a_new_charter_says_what_is_missing_and_nothing_is_wrong() -> None:
    found = faults(beginning("offers", "Offers", ("en", "de")))

    assert all("is missing" in message for message in found.values())
    assert not any(message.startswith("unknown") for message in found.values())


@pytest.mark.parametrize("one", SECTIONS, ids=lambda one: one.id)
def test_a_section_that_is_saved_as_shown_changes_nothing(one: Section) -> None:
    entries = entries_of(CHARTER)

    saved = taken(one, entries, values_of(one, entries))

    assert judge(saved, "draft.yaml").charter == CHARTER


def test_every_field_of_a_charter_is_in_the_form() -> None:
    def leaves(value: Any, path: tuple[str, ...]) -> set[tuple[str, ...]]:
        if isinstance(value, dict) and set(value) != set(CHARTER.languages):
            return set().union(*(leaves(inner, (*path, key)) for key, inner in value.items()))
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return leaves(value[0], path)
        return {path}

    asked = {
        (*part.path, *field.path)
        for one in SECTIONS
        for part in one.parts
        for field in (part.fields if isinstance(part, Rows) else (replace(part, path=()),))
    }

    # The name stands in addresses and is fixed from the beginning; which tools are provided is ticked beside them.
    assert leaves(entries_of(CHARTER), ()) - asked == {("pilot",), ("sanctioned_tools",)}
    assert asked - leaves(entries_of(CHARTER), ()) == {("known_tools", "sanctioned")}


def test_what_people_type_becomes_what_the_file_would_say() -> None:
    posted = {"gates.kpi.baseline": "42,5", "gates.kpi.target": "33", "gates.adoption.threshold": "65 %"}

    gates = taken(section("gates"), entries_of(CHARTER), values_of(section("gates"), entries_of(CHARTER)) | posted)[
        "gates"
    ]

    assert (gates["kpi"]["baseline"], gates["kpi"]["target"], gates["adoption"]["threshold"]) == (42.5, 33, 0.65)


def test_what_is_no_number_stays_and_is_judged() -> None:
    gates = section("gates")
    entries = entries_of(CHARTER)

    saved = taken(gates, entries, values_of(gates, entries) | {"gates.adoption.threshold": "most"})

    assert faults(saved) == {"gates.adoption.threshold": "must be a number"}
    assert values_of(gates, saved)["gates.adoption.threshold"] == "most"


def test_rows_are_added_and_removed_and_get_codes_of_their_own() -> None:
    teams = section("teams")
    entries = entries_of(CHARTER)
    posted = values_of(teams, entries)
    posted |= {"groups.0.label.en": "", "groups.0.label.de": ""}
    posted |= {"groups.2.label.en": "Überbau & Co", "groups.2.label.de": "Überbau & Co"}
    posted |= {"groups.3.label.en": "Uberbau Co", "groups.3.label.de": "Uberbau Co"}

    groups = taken(teams, entries, posted)["groups"]

    assert [group["code"] for group in groups] == ["support", "uberbau_co", "uberbau_co_2"]


def test_the_own_tool_is_known_and_provided_whether_ticked_or_not() -> None:
    teams = section("teams")
    entries = entries_of(CHARTER) | {"known_tools": [], "sanctioned_tools": []}
    named = {"known_tools.0.label": "ChatGPT", "known_tools.1.label": "DeepL", "known_tools.1.sanctioned": "yes"}

    saved = taken(teams, entries, values_of(teams, entries) | named)

    assert [tool["label"] for tool in saved["known_tools"]] == ["Assistant X", "ChatGPT", "DeepL"]
    assert saved["sanctioned_tools"] == ["assistant_x", "deepl"]
    assert judge(saved, "draft.yaml").charter


def test_without_any_cost_there_are_none() -> None:
    costs = section("costs")
    emptied = dict.fromkeys(values_of(costs, entries_of(CHARTER)), "")

    assert taken(costs, entries_of(CHARTER), emptied)["costs"] is None


def test_more_rows_than_a_page_can_have_are_not_read() -> None:
    teams = section("teams")

    groups = taken(teams, entries_of(CHARTER), {f"groups.{MOST_ROWS}.label.en": "far away"})["groups"]

    assert groups == []


def test_what_two_versions_say_differently_is_named_once() -> None:
    gates = replace(CHARTER.gates, adoption=0.6, impact=Impact(0.2, 0.25))
    groups = CHARTER.groups[1:]

    found = differences(CHARTER, replace(CHARTER, gates=gates, groups=groups))

    assert [(one.path, one.before, one.after) for one in found] == [
        ("groups.sales.code", "sales", ""),
        ("groups.sales.label.en", "Sales", ""),
        ("groups.sales.label.de", "Vertrieb", ""),
        ("gates.adoption.threshold", "0.7", "0.6"),
        ("gates.impact.strong", "0.3", "0.25"),
    ]
    assert [one.promised for one in found] == [True, True, True, False, False]
    assert differences(CHARTER, deepcopy(CHARTER)) == ()


def test_every_choice_of_the_form_is_one_of_the_file() -> None:
    for one in SECTIONS:
        for part in one.parts:
            for field in (part,) if isinstance(part, Field) else part.fields:
                assert bool(field.choices) == (field.control is Control.CHOICE), field
