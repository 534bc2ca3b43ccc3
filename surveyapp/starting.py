"""The start of a wave: what has to come first, and what is frozen from then on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from surveyapp import canonical
from surveyapp.asking import OTHER_TEAMS, setting_of
from surveyapp.charter.lock import missing
from surveyapp.charter.model import Charter, PlannedWave
from surveyapp.clock import Clock
from surveyapp.crypto.keyring import KeyMissingError, Keyring
from surveyapp.crypto.sealing import BoxPublicKey
from surveyapp.crypto.wrapping import DEPUTY
from surveyapp.desk.charters import current_charter
from surveyapp.desk.store import Desk, PilotEntry, UnknownPilotError
from surveyapp.errors import RefusedError
from surveyapp.office.rosters import Rosters
from surveyapp.office.waves import StartedWave, Waves
from surveyapp.questionnaire import loader
from surveyapp.questionnaire.settling import settle
from surveyapp.saying import Said
from surveyapp.wave import WaveKey, WaveKind, WaveState

_HELD = frozenset({WaveState.CLOSED, WaveState.DESTROYING, WaveState.REVEALED})
_NO_KEY = b"not made yet"
_LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Ready:
    """What a wave that may start starts with."""

    pilot: PilotEntry
    charter: Charter
    planned: PlannedWave
    groups: Mapping[str, str]


class Starting:
    """Starts waves."""

    def __init__(
        self, *, desk: Desk, waves: Waves, rosters: Rosters, keyring: Keyring, questionnaires: Path, clock: Clock
    ) -> None:
        self._desk = desk
        self._waves = waves
        self._rosters = rosters
        self._keyring = keyring
        self._questionnaires = questionnaires
        self._clock = clock

    def why_not(self, key: WaveKey) -> RefusedError | None:
        """Return what keeps a wave from being started, or nothing.

        Raises:
            UnknownPilotError: there is no such pilot.
        """
        try:
            ready = self._ready(key)
            if ready.charter.privacy.key != "file" and self._keyring.wrapped_public_key(str(key)) is None:
                raise _no_key(ready.charter, key)  # one way for all reasons
        except UnknownPilotError:
            raise
        except RefusedError as error:
            return error
        return None

    def start(self, key: WaveKey) -> int:
        """Freeze the roster, make the key and plan the invitations of a wave; return how many are invited.

        Raises:
            RefusedError: something has to come first; the message says what.
            SettlingError: the charter does not give what the questionnaire asks for.
        """
        ready = self._ready(key)
        sketch = self._sketched(key, ready, self._asked_groups(key.pilot, ready.groups))
        box_key, deputy = self._box_key(ready.charter, key)
        wave = replace(
            sketch,
            box_public_key=box_key,
            sign_public_key=self._keyring.make_signing_key(str(key)),
            deputy=deputy,
        )
        invited = self._waves.start(wave)
        _LOG.info("wave started", wave=str(key), invited=invited)
        return invited

    def sketch(self, key: WaveKey) -> StartedWave:
        """Return a wave as it would start now, with words for its keys, whatever keeps it from being started.

        Where nobody is on the list yet, all groups of the charter are asked.

        Raises:
            RefusedError: the charter plans no such wave.
            SettlingError: the charter does not give what the questionnaire asks for.
        """
        charter = current_charter(self._desk, key.pilot)
        groups = self.groups_after_merging(key.pilot)
        asked = tuple(self._asked_groups(key.pilot, groups)) or tuple(group.code for group in charter.groups)
        ready = _Ready(self._desk.pilot(key.pilot), charter, self._planned(charter, key), groups)
        sketch = self._sketched(key, ready, asked)
        try:
            deputy = self._keyring.wrapped(str(key)).copy_of(DEPUTY) is not None
        except KeyMissingError:
            deputy = False
        # Every wave gets a key for slips, and the promise says what comes of that.
        return replace(sketch, sign_public_key=_NO_KEY, deputy=deputy)

    def _sketched(self, key: WaveKey, ready: "_Ready", asked: Iterable[str]) -> StartedWave:
        charter, planned = ready.charter, ready.planned
        opens, closes = charter.times(planned)
        questionnaire = settle(
            loader.load(self._questionnaires / f"{planned.questionnaire}.yaml"),
            setting_of(charter, key.number, asked),
        )
        return StartedWave(
            key=key,
            kind=WaveKind(planned.kind),
            state=WaveState.STARTED,
            opens_at=opens,
            closes_at=closes,
            promised_at=None if ready.pilot.demo else closes,
            box_public_key=_NO_KEY,
            key_mode=charter.privacy.key,
            questionnaire=canonical.to_json(questionnaire),
            charter=canonical.to_json(charter),
            groups=ready.groups,
        )

    def _ready(self, key: WaveKey) -> "_Ready":
        """Return what a wave starts with.

        Raises:
            RefusedError: something has to come first.
        """
        pilot, entry = self._desk.pilot(key.pilot), self._desk.charter(key.pilot)
        charter = current_charter(self._desk, key.pilot)
        if entry.locked_at is None:
            raise RefusedError(
                "the charter of %(pilot)s is not locked", f"surveyapp pilot lock {key.pilot}", pilot=key.pilot
            )
        planned = self._planned(charter, key)
        _, closes = charter.times(planned)
        if not pilot.demo and closes <= self._clock():
            raise RefusedError(
                "wave %(wave)s was planned to close on %(moment)s: its time is over",
                wave=key,
                moment=f"{closes:%Y-%m-%d %H:%M}",
            )
        self._refuse_without_baseline(charter, key, planned)
        if any(wave.key == key for wave in self._waves.of_pilot(key.pilot)):
            # Said before a key is made: the one of a revealed wave is destroyed and must not be followed by another.
            raise RefusedError("wave %(wave)s has been started already", wave=key)
        groups = self.groups_after_merging(key.pilot)
        # A demonstration may be tried with three people; what it keeps sealed it destroys, and says so.
        self._refuse_unfit_people(key.pilot, groups, least=1 if pilot.demo else charter.privacy.reveal_minimum)
        return _Ready(pilot, charter, planned, groups)

    def groups_after_merging(self, slug: str) -> Mapping[str, str]:
        """Return for every charter group the group whose results will be shown; decided once, by the first wave."""
        charter = current_charter(self._desk, slug)
        first = next(iter(self._waves.of_pilot(slug)), None)
        if first is not None:
            return first.groups
        # numpy waits until a wave starts: the pages of the web process never need it.
        from analysis.planning import merge_teams

        sizes = self._rosters.group_sizes(slug)
        teams = list(dict.fromkeys([*(group.code for group in charter.groups), OTHER_TEAMS]))
        merge = merge_teams(
            [(team, sizes[team]) for team in teams if sizes.get(team)], minimum=charter.privacy.group_minimum
        )
        return {team: merge.becomes(team) for team in teams}

    def before_lock(self, slug: str) -> tuple[Said, ...]:
        """Return what a charter lacks for a decision; the lock would freeze the gaps with it.

        Raises:
            RefusedError: no wave could ever start: the baseline value of the KPI or a key of the trustee is missing.
        """
        charter = current_charter(self._desk, slug)
        if charter.gates.kpi.baseline is None:
            raise RefusedError(
                "the charter lacks the KPI's value before the pilot: without it no wave can start, and the lock would "
                "keep it so",
                "gates.kpi.baseline, then surveyapp pilot create CHARTER.yaml",
            )
        if charter.privacy.key == "passphrase":
            for number in range(1, len(charter.waves) + 1):
                key = WaveKey(slug, number)
                if self._keyring.wrapped_public_key(str(key)) is None:
                    raise _no_key(charter, key)
        return missing(charter)

    def _asked_groups(self, slug: str, groups: Mapping[str, str]) -> Iterable[str]:
        """Return the merged groups that have people now, in the order of the charter."""
        sizes = self._rosters.group_sizes(slug)
        return dict.fromkeys(merged for team, merged in groups.items() if sizes.get(team))

    def _box_key(self, charter: Charter, key: WaveKey) -> tuple[BoxPublicKey, bool]:
        """Return the public key of the box, fresh or as the trustee made it, and whether a deputy has a copy."""
        if charter.privacy.key == "file":
            return self._keyring.make_box_key(str(key)), False
        try:
            made = self._keyring.wrapped(str(key))
        except KeyMissingError:
            raise _no_key(charter, key) from None
        return made.public, made.copy_of(DEPUTY) is not None

    def _planned(self, charter: Charter, key: WaveKey) -> PlannedWave:
        if not 1 <= key.number <= len(charter.waves):
            raise RefusedError(
                "the charter of %(pilot)s plans %(planned)s waves, there is no %(number)s",
                pilot=key.pilot,
                planned=len(charter.waves),
                number=key.number,
            )
        return charter.waves[key.number - 1]

    def _refuse_without_baseline(self, charter: Charter, key: WaveKey, planned: PlannedWave) -> None:
        if charter.gates.kpi.baseline is None:
            raise RefusedError("the charter lacks the baseline value of the KPI: without it no wave can start")
        if planned.kind == WaveKind.BASELINE:
            return
        held = {wave.kind for wave in self._waves.of_pilot(key.pilot) if wave.state in _HELD}
        if WaveKind.BASELINE not in held:
            raise RefusedError("wave %(wave)s is no baseline: it can start when the baseline wave was held", wave=key)

    def _refuse_unfit_people(self, slug: str, groups: Mapping[str, str], *, least: int) -> None:
        sizes = self._rosters.group_sizes(slug)
        if not sizes:
            raise RefusedError("%(pilot)s has no people to ask", f"surveyapp people import {slug} FILE", pilot=slug)
        if sum(sizes.values()) < least:
            raise RefusedError(
                "%(pilot)s has %(people)s people, and fewer than %(least)s ballots are destroyed unread: "
                "invite more, nobody would ever see a result",
                pilot=slug,
                people=sum(sizes.values()),
                least=least,
            )
        unknown = sorted(sizes.keys() - groups.keys())
        if unknown:
            raise RefusedError(
                "people of %(pilot)s are in groups that the charter lacks: %(groups)s. Import them again",
                pilot=slug,
                groups=", ".join(unknown),
            )


def _no_key(charter: Charter, key: WaveKey) -> RefusedError:
    trustee = charter.trustee
    return RefusedError(
        "wave %(wave)s has no key yet: %(name)s (%(role)s) makes it on the trustee's page",
        f"/staff/trustee/{key.pilot}",
        wave=key,
        name=trustee.name,
        role=trustee.role,
    )
