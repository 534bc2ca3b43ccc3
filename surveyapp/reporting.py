"""From revealed answers, charter and KPI to a numbered readout that never changes again."""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.plan import KpiSeries, Plan, WaveCounts
from surveyapp import canonical
from surveyapp.charter.model import Charter
from surveyapp.charter.plan import plan_of
from surveyapp.charter.register import Register
from surveyapp.clock import Clock
from surveyapp.desk.charters import amendments
from surveyapp.desk.series import read_series
from surveyapp.desk.store import Desk
from surveyapp.errors import RefusedError
from surveyapp.questionnaire.columns import codebook
from surveyapp.questionnaire.model import Questionnaire
from surveyapp.results.review import ApprovedComment, Comments
from surveyapp.results.store import FrozenFigures, ReleaseEntry, Results, RevealedWave, UnknownReleaseError
from surveyapp.wave import WaveKey

if TYPE_CHECKING:
    from analysis.codebook import Option
    from analysis.released import ReleasedWave
    from analysis.render.document import Document
    from analysis.results import Report


_SCREEN = re.compile(r"screen\.(\w+)\.json")


@dataclass(frozen=True, slots=True)
class Made:
    """A readout: its decision, a line per gate, the names of its files, and the languages it has for the screen."""

    entry: ReleaseEntry
    decision: str
    gates: tuple[str, ...]
    names: tuple[str, ...]
    languages: tuple[str, ...]


class Reporting:
    """Makes readouts and finds them again."""

    def __init__(self, *, desk: Desk, results: Results, comments: Comments, templates: Path, clock: Clock) -> None:
        self._desk = desk
        self._results = results
        self._comments = comments
        self._templates = templates
        self._clock = clock

    def report(self, slug: str, *, wave: int | None = None, languages: Sequence[str] = ()) -> Made:
        """Return the readout of everything revealed up to *wave*; a new one only if anything in it changed.

        The survey figures of each wave are released with its first readout; from then on they are repeated as they are.

        Raises:
            RefusedError: nothing is revealed yet, or not that wave; or the stored figures are not what was released.
            AnalysisError: the answers cannot be analysed, or the files cannot be made; nothing was stored.
        """
        from analysis.render.json import report_json
        from analysis.telling.changes import changes

        charter = canonical.from_json(self._desk.charter(slug).charter, Charter)
        waves = self._revealed(slug, wave)
        printed = {one.key: self._comments.approved(one.key) for one in waves}
        frozen = {figures.key.number: figures for figures in self._results.frozen(slug)}
        held = [self._released(one, charter, frozen.get(one.key.number)) for one in waves]
        report = self._composed(slug, charter, waves, held, printed)
        spoken = tuple(languages) or charter.languages
        last = waves[-1].key.number
        content = report_json(report, language=spoken[0])
        inputs = canonical.sha256(b"\n".join([content, str(last).encode(), ",".join(spoken).encode()]))
        earlier = self._results.releases(slug)
        known = next((entry for entry in earlier if entry.inputs_sha256 == inputs), None)
        if known is not None:
            self._comments.settle(printed)
            self._forget_overwritten()
            return self._read(known)
        if earlier:
            report = replace(report, changes=changes(json.loads(earlier[0].published), json.loads(content)))
            content = report_json(report, language=spoken[0])
        documents = self._documents(report, spoken, content)
        today = self._clock().date()
        entry = ReleaseEntry(
            pilot=slug,
            number=max((entry.number for entry in earlier), default=0) + 1,
            wave=last,
            inputs_sha256=inputs,
            published=content,
            sha256=canonical.sha256(content),
            made_on=today,
        )
        new = [
            FrozenFigures(one.key, canonical.to_json(wave.release), wave.release.sha256, today)
            for one, wave in zip(waves, held, strict=True)
            if one.key.number not in frozen
        ]
        self._results.publish(entry, documents, printed, new)
        self._forget_overwritten()
        return self._read(entry)

    def planned(self, slug: str, wave: int) -> bool:
        """Return whether the charter of a pilot plans a wave of this number."""
        return 1 <= wave <= len(canonical.from_json(self._desk.charter(slug).charter, Charter).waves)

    def revealed(self, slug: str, wave: int) -> bool:
        """Return whether there is anything to be reported up to this very wave."""
        return any(one.key.number == wave and not one.destroyed_unread for one in self._results.waves(slug))

    def made(self, slug: str, wave: int) -> Made:
        """Return the newest readout up to *wave*.

        Raises:
            UnknownReleaseError: none was made.
        """
        entry = next((entry for entry in self._results.releases(slug) if entry.wave == wave), None)
        if entry is None:
            raise UnknownReleaseError
        return self._read(entry)

    def document(self, entry: ReleaseEntry, name: str) -> bytes:
        """Return one file of a readout.

        Raises:
            UnknownReleaseError: it has no such file.
        """
        return self._results.document(entry.pilot, entry.number, name)

    def screen(self, made: Made, language: str) -> "Document":
        """Return a readout in one of its languages as the values that its pages were printed from.

        Raises:
            UnknownReleaseError: it was not made in that language.
            RecordError: a program that no longer runs made it.
        """
        from analysis.render.document import Document

        return canonical.from_json(self.document(made.entry, _screen(language)).decode(), Document)

    def _read(self, entry: ReleaseEntry) -> Made:
        published = json.loads(entry.published)
        gates = tuple(f"{gate['id']}: {gate['verdict']}" for gate in published["gates"])
        kept = self._results.document_names(entry.pilot, entry.number)
        screens = {name: found[1] for name in kept if (found := _SCREEN.fullmatch(name))}
        files = tuple(name for name in kept if name not in screens)
        return Made(entry, published["decision"], gates, files, tuple(screens.values()))

    def _revealed(self, slug: str, wave: int | None) -> Sequence[RevealedWave]:
        waves = [
            one
            for one in self._results.waves(slug)
            if not one.destroyed_unread and (wave is None or one.key.number <= wave)
        ]
        if not waves or (wave is not None and waves[-1].key.number != wave):
            raise RefusedError(f"{slug}: " + ("this wave is not" if wave else "no wave is") + " revealed yet")
        return waves

    def _forget_overwritten(self) -> None:
        """Leave nothing of overwritten comments in the files; with a reader in the way the next readout does it."""
        with suppress(RefusedError):
            self._comments.forget()

    def _released(self, wave: RevealedWave, charter: Charter, frozen: FrozenFigures | None) -> "ReleasedWave":
        """Return a wave with its figures: as released before, or from its answers now."""
        from analysis.frame import from_packed
        from analysis.released import Release, ReleasedWave
        from analysis.releasing import release
        from analysis.report import Wave

        book = codebook(canonical.from_json(wave.questionnaire, Questionnaire))
        if frozen is None:
            plan = _asked(plan_of(charter), [wave])
            return release(Wave(_counts(wave), from_packed(book, self._results.packed(wave.key))), plan)
        figures = canonical.from_json(frozen.figures, Release)
        if figures.sha256 != frozen.sha256:
            raise RefusedError(
                f"wave {wave.key}: the stored figures are not those that were released; restore a backup"
            )
        return ReleasedWave(_counts(wave), book, figures)

    def _composed(
        self,
        slug: str,
        charter: Charter,
        waves: Sequence[RevealedWave],
        held: "Sequence[ReleasedWave]",
        printed: Mapping[WaveKey, Sequence[ApprovedComment]],
    ) -> "Report":
        from analysis.report import compose
        from analysis.voices import Approved

        register = Register.of(charter, (change.change for change in self._desk.register(slug)))
        return compose(
            replace(_asked(plan_of(charter, register), waves), amendments=amendments(self._desk, slug)),
            held,
            as_of=self._clock().date(),
            kpi=self._series(slug, charter),
            written={
                one.key.number: {
                    question: sum(states.values()) for question, states in self._comments.counts(one.key).items()
                }
                for one in waves
            },
            approved={
                key.number: [Approved(comment.question, comment.text) for comment in comments]
                for key, comments in printed.items()
            },
        )

    def _series(self, slug: str, charter: Charter) -> KpiSeries:
        entry = self._desk.kpi(slug)
        if entry is None:
            return KpiSeries()
        return read_series(entry.series.encode(), "imported series", charter.gates.kpi.unit)

    def _documents(self, report: "Report", languages: Sequence[str], published: bytes) -> Mapping[str, bytes]:
        from analysis.exports import exports
        from analysis.render.composing import composed
        from analysis.render.pdf import readout
        from analysis.wording import wording

        told = {language: composed(report, wording(language)) for language in languages}
        readouts = {
            "readout.pdf" if place == 0 else f"readout.{language}.pdf": readout(document, templates=self._templates)
            for place, (language, document) in enumerate(told.items())
        }
        screens = {_screen(language): canonical.to_json(document).encode() for language, document in told.items()}
        return readouts | screens | exports(report, languages=languages) | {"report.json": published}


def _screen(language: str) -> str:
    return f"screen.{language}.json"


def _asked(plan: Plan, revealed: Sequence[RevealedWave]) -> Plan:
    """Return *plan* with the merged groups that were asked, and the keys of the boxes."""
    asked = canonical.from_json(revealed[-1].questionnaire, Questionnaire)
    item = codebook(asked).measuring("group")
    groups: tuple[Option, ...] = tuple(option for option in item.options if not option.refusal) if item else ()
    return replace(
        plan,
        groups=groups,
        key_mode=revealed[-1].key_mode,
        fingerprints=tuple((wave.key.number, wave.fingerprint) for wave in revealed),
    )


def _counts(wave: RevealedWave) -> WaveCounts:
    before = str(wave.key.number - 1)
    return WaveCounts(
        number=wave.key.number,
        kind=wave.kind,
        opened_on=wave.opened_on,
        closed_on=wave.closed_on,
        invited=sum(wave.invited_by_group.values()),
        invited_by_group=tuple(wave.invited_by_group.items()),
        joined_by_group=tuple(wave.joined_by_group.get(before, {}).items()),
        left_by_group=tuple(wave.left_by_group.get(before, {}).items()),
        issued=wave.issued,
        cast=wave.cast,
        spoiled=wave.spoiled,
        empty=wave.empty,
        questionnaire_hash=wave.questionnaire_sha256,
    )
