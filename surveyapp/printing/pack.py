"""The pack for the works council: what one pilot asks, promises, keeps and shows, from its running configuration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from surveyapp import canonical
from surveyapp.asking import OTHER_TEAMS, setting_of
from surveyapp.charter.model import Charter, Person
from surveyapp.custody import Custody, KeptPilot, KeptWave
from surveyapp.desk.charters import current_charter
from surveyapp.desk.store import CharterEntry, Desk
from surveyapp.office.waves import StartedWave, Waves
from surveyapp.poll import describe
from surveyapp.printing.questions import SectionOnPaper, sections_of
from surveyapp.promise import Promise, Sealing, sealing_sentence
from surveyapp.questionnaire import loader
from surveyapp.questionnaire.model import Questionnaire
from surveyapp.questionnaire.settling import settle
from surveyapp.wave import WaveState

_OVER = frozenset({WaveState.REVEALED, WaveState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Asked:
    """What one wave asks. With *like*, the number of a wave before, *sections* hold only what is new or changed."""

    wave: KeptWave
    questionnaire: Questionnaire
    title: str
    intro: str
    like: int | None
    sections: tuple[SectionOnPaper, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PackPage:
    """What the pack says. *promised_by* is the wave whose promise is printed; *stored* are tables and columns."""

    charter: Charter
    demo: bool
    version: CharterEntry
    locked_at: datetime | None
    kept: KeptPilot
    promised_by: KeptWave
    promise: tuple[str, ...]
    stored: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    asked: tuple[Asked, ...]

    @property
    def owners(self) -> tuple[tuple[str, Person], ...]:
        """Who answers for which side."""
        owners = self.charter.owners
        return (("Business", owners.business), ("Technology", owners.technical), ("Compliance", owners.compliance))

    @property
    def deputy(self) -> bool:
        """Whether a deputy of the trustee can open a box."""
        return any(wave.deputy for wave in self.kept.waves)


class Packing:
    """Puts packs together."""

    def __init__(self, *, desk: Desk, waves: Waves, custody: Custody, questionnaires: Path) -> None:
        self._desk = desk
        self._waves = waves
        self._custody = custody
        self._questionnaires = questionnaires

    def language(self, slug: str, wanted: str) -> str:
        """Return *wanted* if the pilot asks in it, else its first language.

        Raises:
            UnknownPilotError: there is no charter of this name.
        """
        languages = current_charter(self._desk, slug).languages
        return wanted if wanted in languages else languages[0]

    def pack(self, slug: str, language: str, stored: Sequence[tuple[str, tuple[tuple[str, str], ...]]]) -> PackPage:
        """Return what the pack of a pilot says in *language*.

        Raises:
            UnknownPilotError: there is no charter of this name.
            InputError: a questionnaire cannot be read, or not be asked with this charter.
        """
        charter, version = current_charter(self._desk, slug), self._desk.charter(slug)
        kept, demo = self._custody.pilot(slug), self._desk.pilot(slug).demo
        started = {wave.key.number: wave for wave in self._waves.of_pilot(slug)}
        # What is to come is promised now; of an ended pilot the last promise is what was kept.
        coming = next((wave for wave in kept.waves if wave.state not in _OVER), kept.waves[-1])
        locked_at = version.locked_at.astimezone(ZoneInfo(charter.time_zone)) if version.locked_at else None
        return PackPage(
            charter,
            demo,
            version,
            locked_at,
            kept,
            coming,
            _promise(charter, coming, started.get(coming.key.number), language, demo=demo),
            tuple(stored),
            self._asked(charter, kept, started, language),
        )

    def _asked(
        self, charter: Charter, kept: KeptPilot, started: Mapping[int, StartedWave], language: str
    ) -> tuple[Asked, ...]:
        """Return what every wave asks, as frozen at its start or as it would be frozen today."""
        told: dict[str, tuple[int, Questionnaire]] = {}
        asked = []
        for wave in kept.waves:
            questionnaire = self._questionnaire(charter, wave.key.number, started)
            like, before = told.get(questionnaire.name, (None, None))
            known = {question.id: question for question in before.questions} if before else {}
            now = {question.id: question for question in questionnaire.questions}
            new = frozenset(name for name, question in now.items() if known.get(name) != question)
            asked.append(
                Asked(
                    wave,
                    questionnaire,
                    questionnaire.title.into(language),
                    questionnaire.intro.into(language) if questionnaire.intro else "",
                    like,
                    sections_of(questionnaire, language, new),
                    tuple(name for name in known if name not in now),
                )
            )
            told[questionnaire.name] = (wave.key.number, questionnaire)
        return tuple(asked)

    def _questionnaire(self, charter: Charter, number: int, started: Mapping[int, StartedWave]) -> Questionnaire:
        if number in started:
            return canonical.from_json(started[number].questionnaire, Questionnaire)
        # Teams are merged at the first start; until then the charter's stand here, whoever is in them.
        first = next(iter(started.values()), None)
        groups = first.groups.values() if first else (*(group.code for group in charter.groups), OTHER_TEAMS)
        planned = charter.waves[number - 1]
        return settle(
            loader.load(self._questionnaires / f"{planned.questionnaire}.yaml"),
            setting_of(charter, number, dict.fromkeys(groups)),
        )


def _promise(
    charter: Charter, wave: KeptWave, started: StartedWave | None, language: str, *, demo: bool
) -> tuple[str, ...]:
    """Return the sentences that the invited of *wave* read, or would read if it started as it is planned."""
    if started:
        poll = describe(started)
        return (sealing_sentence(poll.sealing, language), *poll.promise.sentences(language))
    promise = Promise(
        reveal_minimum=charter.privacy.reveal_minimum,
        group_minimum=charter.privacy.group_minimum,
        trustee=f"{charter.trustee.name} ({charter.trustee.role})",
        key_mode=charter.privacy.key,
        deputy=wave.deputy,
        promised_at=None if demo else wave.closes_at,
    )
    return (sealing_sentence(Sealing.EITHER, language), *promise.sentences(language))
