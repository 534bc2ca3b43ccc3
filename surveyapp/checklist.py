"""What has to be done in a pilot, step by step: what is done, what comes now, and what waits for what."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from surveyapp.charter.model import Charter
from surveyapp.custody import Custody, Due, KeptPilot
from surveyapp.desk.charters import current_charter
from surveyapp.desk.store import Desk
from surveyapp.fieldwork import Fieldwork, WaveView
from surveyapp.office.rosters import Rosters
from surveyapp.office.slips import Slips
from surveyapp.saying import Said, said
from surveyapp.starting import Starting
from surveyapp.wave import WaveState

_OVER = frozenset({WaveState.REVEALED, WaveState.CANCELLED})


class StepState(StrEnum):
    """How far a step is."""

    DONE = "done"
    NOW = "to do now"
    WAITING = "not yet"
    ANY = "at any time"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is, how far it is and why, and where it is done; *trustee* alone can do it."""

    name: str
    state: StepState
    why: Said
    address: str
    trustee: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What the steps of a pilot depend on."""

    slug: str
    charter: Charter
    locked: bool
    kept: KeptPilot
    kept_outside: bool
    trustee_known: bool
    people: Mapping[str, int]
    merged: Mapping[str, str]
    waves: tuple[WaveView, ...]
    why_not: Said | None  # the next wave may not be started
    slips: int  # of the wave that is open, else of the next one
    slips_printed: bool

    @property
    def current(self) -> WaveView | None:
        """The first wave that is not over."""
        return next((wave for wave in self.waves if wave.state not in _OVER), None)

    @property
    def last_revealed(self) -> WaveView | None:
        """The last wave whose box was opened."""
        return next((wave for wave in reversed(self.waves) if wave.state == WaveState.REVEALED), None)


class Checklist:
    """Looks up what the steps of pilots depend on; *trustee_known*: an account is trustee of a pilot."""

    def __init__(
        self,
        *,
        desk: Desk,
        custody: Custody,
        rosters: Rosters,
        slips: Slips,
        starting: Starting,
        fieldwork: Fieldwork,
        trustee_known: Callable[[str], bool],
    ) -> None:
        self._desk = desk
        self._custody = custody
        self._rosters = rosters
        self._slips = slips
        self._starting = starting
        self._fieldwork = fieldwork
        self._trustee_known = trustee_known

    def facts(self, slug: str) -> Facts:
        """Return how far a pilot is.

        Raises:
            UnknownPilotError: there is none of this name, or its charter is only begun.
        """
        waves = self._fieldwork.plan(slug)
        planned = next((wave for wave in waves if wave.state == WaveState.PLANNED), None)
        refused = self._starting.why_not(planned.key) if planned else None
        is_open = next((wave.key for wave in waves if wave.state == WaveState.STARTED), None)
        return Facts(
            slug=slug,
            charter=current_charter(self._desk, slug),
            locked=self._desk.charter(slug).locked_at is not None,
            kept=self._custody.pilot(slug),
            kept_outside=self._custody.kept_outside(slug),
            trustee_known=self._trustee_known(slug),
            people=self._rosters.group_sizes(slug),
            merged=self._starting.groups_after_merging(slug),
            waves=waves,
            why_not=said(refused.phrase, **refused.values) if refused else None,
            slips=self._slips.invited(is_open) if is_open else sum(self._slips.counts(slug).values()),
            slips_printed=is_open is not None and self._slips.drawn(is_open),
        )


def steps(facts: Facts) -> tuple[Step, ...]:
    """Return all steps of a pilot in their order."""
    return (
        Step("Charter", StepState.DONE, said("Everything that is agreed on is written down."), _at(facts, "charter")),
        _people(facts),
        Step(
            "Preview and test mail",
            StepState.ANY,
            said("Read what employees will get, and send a mail to yourself."),
            _at(facts, f"preview/{facts.current.key.number if facts.current else 1}"),
        ),
        _keys(facts),
        _lock(facts),
        *_wave(facts),
        _readout(facts),
    )


def merges(facts: Facts) -> tuple[tuple[str, int, str], ...]:
    """Return the teams that are too small to be shown: code, people now, and the team that they count as."""
    return tuple(
        (team, facts.people[team], into)
        for team, into in facts.merged.items()
        if team != into and facts.people.get(team)
    )


def _at(facts: Facts, room: str) -> str:
    return f"/staff/pilots/{facts.slug}/{room}"


def _people(facts: Facts) -> Step:
    total, least = sum(facts.people.values()), facts.charter.privacy.reveal_minimum
    address = f"/staff/people/{facts.slug}"
    if not total:
        return Step("People", StepState.NOW, said("Nobody is on the list yet: import who will be asked."), address)
    if total < least:
        why = said(
            "%(people)s people are on the list; fewer than %(least)s ballots are destroyed unread.",
            people=total,
            least=least,
        )
        return Step("People", StepState.NOW, why, address)
    return Step("People", StepState.DONE, said("%(people)s people are on the list.", people=total), address)


def _keys(facts: Facts) -> Step:
    address = f"/staff/trustee/{facts.slug}"
    if not facts.kept.passphrase:
        why = said("Each wave's key is made on the server when the wave starts.")
        return Step("Keys of the ballot boxes", StepState.DONE, why, address, trustee=True)
    name, role = facts.charter.trustee.name, facts.charter.trustee.role
    if not facts.trustee_known:
        why = said(
            "%(name)s (%(role)s) has no account yet: the administrator invites them as trustee.", name=name, role=role
        )
        return Step("Keys of the ballot boxes", StepState.NOW, why, address, trustee=True)
    if any(wave.due == Due.MAKE_KEY for wave in facts.kept.waves):
        why = said("%(name)s (%(role)s) makes a key for every wave and keeps its passphrase.", name=name, role=role)
        return Step("Keys of the ballot boxes", StepState.NOW, why, address, trustee=True)
    if not facts.kept_outside:
        why = said(
            "The keys are made. %(name)s (%(role)s) prints the recovery sheet and says that it is put away, or the "
            "keys are exported: otherwise a lost server loses every ballot.",
            name=name,
            role=role,
        )
        return Step("Keys of the ballot boxes", StepState.NOW, why, address, trustee=True)
    why = said("%(name)s (%(role)s) has the key of every wave.", name=name, role=role)
    return Step("Keys of the ballot boxes", StepState.DONE, why, address, trustee=True)


def _lock(facts: Facts) -> Step:
    address = _at(facts, "lock")
    if facts.locked:
        return Step("Lock", StepState.DONE, said("The charter is locked: its numbers decide."), address)
    if any(wave.due == Due.MAKE_KEY for wave in facts.kept.waves):
        return Step("Lock", StepState.WAITING, said("The keys of the ballot boxes come first."), address)
    return Step("Lock", StepState.NOW, said("From then on the numbers of the charter stand."), address)


def _wave(facts: Facts) -> Iterator[Step]:
    """Go through the steps of the wave that is on, or comes next."""
    wave, address = facts.current, _at(facts, "waves")
    if wave is None:
        yield Step("Waves", StepState.DONE, said("All waves are over."), address)
        return
    number = wave.key.number
    started = wave.state != WaveState.PLANNED
    if started:
        yield Step("Start", StepState.DONE, said("Wave %(wave)s has started.", wave=number), address)
    elif facts.why_not:
        yield Step("Start", StepState.WAITING, facts.why_not, address)
    else:
        why = said("Wave %(wave)s starts by itself at its time; it can be started earlier.", wave=number)
        yield Step("Start", StepState.NOW, why, address)
    if facts.slips:
        yield _print_slips(facts, wave)
    yield _remind(facts, wave)
    yield _close(wave, address)
    yield _open(facts, wave)


def _print_slips(facts: Facts, wave: WaveView) -> Step:
    name, address = "Slips for people without e-mail", f"/staff/trustee/{facts.slug}/slips"
    trustee, role = facts.charter.trustee.name, facts.charter.trustee.role
    if facts.slips_printed:
        why = said("%(slips)s slips are printed, to be handed out.", slips=facts.slips)
        return Step(name, StepState.DONE, why, address, trustee=True)
    if wave.state == WaveState.STARTED:
        why = said(
            "%(name)s (%(role)s) prints %(slips)s slips and hands them out.", name=trustee, role=role, slips=facts.slips
        )
        return Step(name, StepState.NOW, why, address, trustee=True)
    if wave.state == WaveState.PLANNED:
        return Step(name, StepState.WAITING, said("The wave has to start first."), address, trustee=True)
    return Step(name, StepState.DONE, said("The wave is closed."), address, trustee=True)


def _remind(facts: Facts, wave: WaveView) -> Step:
    address = _at(facts, "mail")
    if wave.state == WaveState.STARTED:
        why = said("While the wave is open, at most twice, three days apart.")
        return Step("Remind", StepState.ANY, why, address)
    if wave.state == WaveState.PLANNED:
        return Step("Remind", StepState.WAITING, said("The wave has to start first."), address)
    return Step("Remind", StepState.DONE, said("The wave is closed."), address)


def _close(wave: WaveView, address: str) -> Step:
    if wave.state == WaveState.PLANNED:
        return Step("Close", StepState.WAITING, said("The wave has to start first."), address)
    if wave.state == WaveState.STARTED:
        return Step("Close", StepState.ANY, said("The wave closes by itself at its time."), address)
    return Step("Close", StepState.DONE, said("The wave is closed."), address)


def _open(facts: Facts, wave: WaveView) -> Step:
    address = f"/staff/trustee/{facts.slug}"
    name, role = facts.charter.trustee.name, facts.charter.trustee.role
    kept = next(one for one in facts.kept.waves if one.key == wave.key)
    if kept.due in {Due.OPEN, Due.GO_ON}:
        why = said("%(name)s (%(role)s) opens the ballot box.", name=name, role=role)
        return Step("Open the ballot box", StepState.NOW, why, address, trustee=True)
    if kept.due == Due.RESTORE:
        why = said("Its key is missing on this server: put it back from the recovery sheet or the export.")
        return Step("Open the ballot box", StepState.NOW, why, address, trustee=True)
    why = said("Not before the wave is closed and the promised time has come.")
    return Step("Open the ballot box", StepState.WAITING, why, address, trustee=True)


def _readout(facts: Facts) -> Step:
    last = facts.last_revealed
    if last is None:
        why = said("After the first ballot box is opened.")
        return Step("Readout", StepState.WAITING, why, f"/staff/results/{facts.slug}/1")
    why = said("The readout up to wave %(wave)s can be made and downloaded.", wave=last.key.number)
    return Step("Readout", StepState.NOW, why, f"/staff/results/{facts.slug}/{last.key.number}")
