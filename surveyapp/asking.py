"""What a charter brings to the questionnaire of one wave: names, lists, and how waves are called."""

from collections.abc import Iterable

from analysis.codebook import Option, Text
from surveyapp import templating
from surveyapp.charter.model import Charter
from surveyapp.questionnaire.settling import Setting
from surveyapp.wave import WaveKind

OTHER_TEAMS = "other"  # people without a team, and the teams that are too small to be shown


def setting_of(charter: Charter, number: int, groups: Iterable[str]) -> Setting:
    """Return what *charter* brings to the questionnaire of wave *number*, asked of these *groups* after merging."""
    planned = charter.waves[:number]
    pulses = [wave for wave in planned if wave.kind != WaveKind.BASELINE]
    known = {group.code: group for group in charter.groups}
    return Setting(
        pilot=charter.title,
        tool=charter.tool,
        wave=_called(number, charter),
        primary_task=charter.primary_task,
        active_days=charter.use.active_days_per_week,
        pulse=len(pulses),
        previous_wave=_called(number - 1, charter) if len(pulses) > 1 else None,
        groups=tuple(known.get(code) or Option(code, _translated("Other teams", charter)) for code in groups),
        tasks=charter.tasks,
        known_tools=tuple(tool for tool in charter.known_tools if tool.code not in charter.own_tools),
    )


def _called(number: int, charter: Charter) -> Text:
    """Return the name of a wave: its kind and when it was open."""
    planned = charter.waves[number - 1]
    names = {}
    for language in charter.languages:
        words = templating.catalogue(language)
        kind = {
            WaveKind.BASELINE: words.gettext("the survey before the pilot"),
            WaveKind.PULSE: words.gettext("the pulse survey"),
            WaveKind.CLOSING: words.gettext("the closing survey"),
        }[WaveKind(planned.kind)]
        when = templating.written_day(planned.opens_at, language)
        names[language] = words.gettext("%(kind)s of %(day)s") % {"kind": kind, "day": when}
    return Text.of(names)


def _translated(message: str, charter: Charter) -> Text:
    return Text.of({language: templating.catalogue(language).gettext(message) for language in charter.languages})
