"""How many people of each team passed each step of a wave, as a network: which of these numbers may be told.

A question that not everybody is asked tells by its base how many were asked. Active use, too, is a step. One number
after the other may be harmless and their differences are not, so all steps of a wave are decided together.
"""

from collections.abc import Collection, Sequence

from analysis.disclosure.barring import with_company
from analysis.disclosure.exact import STEP_ACTIVE, STEP_TOLD, Attendance, Course, Rules
from analysis.disclosure.hiding import hide
from analysis.disclosure.network import SMALL, Weaving

WORTH = {STEP_ACTIVE: 10.0}  # more than any one conditional question


def hidden_steps(course: Course, wave: Attendance, absent: Collection[str], rules: Rules) -> frozenset[tuple[str, str]]:
    """Return the (team, step) pairs that must not be told; the *absent* teams are told nowhere."""
    codes = [team.code for team in wave.teams]
    shown = [place for place, code in enumerate(codes) if code not in absent]
    unseen = [place for place in range(len(codes) + 1) if place not in shown]
    weave = Weaving(wave.answers)
    lines = [[people[place] for _, people in course.classes] for place in shown]
    pool = [sum(people[place] for place in unseen) for _, people in course.classes]
    told = [step for step in course.steps if step != STEP_TOLD]
    places: list[tuple[str, str]] = []
    woven: list[list[int]] = []
    for counts in [*lines, pool]:
        cells = weave.answer_cells(counts)
        weave.know_sum(cells)
        sums = {step: _sum_cell(weave, course, step, cells) for step in course.steps}
        if len(woven) < len(lines):
            for step in told:
                base = [sums[STEP_TOLD]] if step == STEP_ACTIVE else []
                weave.show([sums[step], *base], weight=WORTH.get(step, 1.0))
                places.append((codes[shown[len(woven)]], step))
        _guard(weave, course, cells)
        woven.append(cells)
    for column in zip(*woven, strict=True):
        weave.know_sum(column)
    for place in unseen:
        for cell, (_, people) in zip(woven[-1], course.classes, strict=True):
            if people[place] in SMALL:
                weave.guard([cell], lowest=None)
    network = weave.network()
    forced = _forced(course, wave, absent, rules)
    chosen = hide(network, [figure for figure, pair in enumerate(places) if pair in forced])
    hidden = places if chosen is None else [places[figure] for figure in chosen]
    return frozenset(hidden)


def _forced(course: Course, wave: Attendance, absent: Collection[str], rules: Rules) -> set[tuple[str, str]]:
    """Return the steps that too few of a team passed, and enough others beside them."""
    found = set()
    for step in course.steps:
        # Active people are a count, not a base: how few they are is guarded as such.
        passed = course.passed(STEP_TOLD if step == STEP_ACTIVE else step)
        bases = {team.code: people for team, people in zip(wave.teams, passed, strict=False)}
        seen = {code: people for code, people in bases.items() if code not in absent}
        seen[""] = sum(passed) - sum(seen.values())
        few = {code for code, people in seen.items() if code and people < rules.group_minimum}
        if 0 < seen[""] < rules.group_minimum:
            few.add("")
        found |= {(code, step) for code in with_company(few, seen, rules) if code}
    return found


def _sum_cell(weave: Weaving, course: Course, step: str, cells: Sequence[int]) -> int:
    """Add the number of people who passed a step."""
    parts = [cell for (passed, _), cell in zip(course.classes, cells, strict=True) if step in passed]
    whole = weave.cell(sum(weave.values[cell] for cell in parts))
    weave.know_sum(parts, [whole])
    return whole


def _guard(weave: Weaving, course: Course, cells: Sequence[int]) -> None:
    """Guard every step, who did not pass it, and who passed one and not another that it contains."""
    signatures = [passed for passed, _ in course.classes]

    def guard(chosen: Sequence[bool]) -> None:
        parts = [cell for cell, wanted in zip(cells, chosen, strict=True) if wanted]
        if parts:
            weave.guard_if_small(parts)

    for step in course.steps:
        guard([step in passed for passed in signatures])
        if step != STEP_TOLD:  # who did not tell is silent, and silence is no cell
            guard([step not in passed for passed in signatures])
        for other in course.steps:
            if other != STEP_TOLD and all(step in passed for passed in signatures if other in passed):
                guard([step in passed and other not in passed for passed in signatures])
