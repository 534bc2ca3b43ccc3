"""From revealed answers, charter and KPI to a numbered readout that never changes again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.plan import KpiSeries, Plan, WaveCounts
from surveyapp import canonical
from surveyapp.charter.model import Charter
from surveyapp.charter.plan import plan_of
from surveyapp.charter.register import Register
from surveyapp.clock import Clock
from surveyapp.desk.series import read_series
from surveyapp.desk.store import Desk
from surveyapp.errors import RefusedError
from surveyapp.questionnaire.columns import codebook
from surveyapp.questionnaire.model import Questionnaire
from surveyapp.results.store import ReleaseEntry, Results, RevealedWave, UnknownReleaseError

if TYPE_CHECKING:
    from analysis.codebook import Option
    from analysis.report import Wave
    from analysis.results import Report


@dataclass(frozen=True, slots=True)
class Made:
    """A readout: its decision, a line per gate, and the names of its files."""

    entry: ReleaseEntry
    decision: str
    gates: tuple[str, ...]
    names: tuple[str, ...]


class Reporting:
    """Makes readouts and finds them again."""

    def __init__(self, *, desk: Desk, results: Results, templates: Path, clock: Clock) -> None:
        self._desk = desk
        self._results = results
        self._templates = templates
        self._clock = clock

    def report(self, slug: str, *, wave: int | None = None, languages: Sequence[str] = ()) -> Made:
        """Return the readout of everything revealed up to *wave*; a new one only if anything in it changed.

        Raises:
            RefusedError: nothing is revealed yet, or not that wave.
            AnalysisError: the answers cannot be analysed, or the files cannot be made; nothing was stored.
        """
        from analysis.render.json import report_json

        report, charter = self._analysed(slug, wave)
        spoken = tuple(languages) or charter.languages
        published = report_json(report, language=spoken[0])
        last = max(facts.number for facts in report.waves)
        inputs = canonical.sha256(b"\n".join([published, str(last).encode(), ",".join(spoken).encode()]))
        earlier = self._results.releases(slug)
        known = next((entry for entry in earlier if entry.inputs_sha256 == inputs), None)
        if known is not None:
            return self._read(known)
        documents = self._documents(report, spoken, published)
        entry = ReleaseEntry(
            pilot=slug,
            number=max((entry.number for entry in earlier), default=0) + 1,
            wave=last,
            inputs_sha256=inputs,
            published=published,
            sha256=canonical.sha256(published),
            made_on=self._clock().date(),
        )
        self._results.publish(entry, documents)
        return self._read(entry)

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

    def _read(self, entry: ReleaseEntry) -> Made:
        published = json.loads(entry.published)
        gates = tuple(f"{gate['id']}: {gate['verdict']}" for gate in published["gates"])
        return Made(entry, published["decision"], gates, self._results.document_names(entry.pilot, entry.number))

    def _analysed(self, slug: str, wave: int | None) -> "tuple[Report, Charter]":
        from analysis.report import build

        charter = canonical.from_json(self._desk.charter(slug).charter, Charter)
        register = Register.of(charter, (change.change for change in self._desk.register(slug)))
        revealed = [
            one
            for one in self._results.waves(slug)
            if not one.destroyed_unread and (wave is None or one.key.number <= wave)
        ]
        if not revealed or (wave is not None and revealed[-1].key.number != wave):
            raise RefusedError(f"{slug}: " + ("this wave is not" if wave else "no wave is") + " revealed yet")
        plan = _plan(plan_of(charter, register), revealed)
        report = build(
            plan,
            [self._wave(one) for one in revealed],
            as_of=self._clock().date(),
            kpi=self._series(slug, charter),
            comment_counts={one.key.number: self._results.comment_count(one.key) for one in revealed},
        )
        return report, charter

    def _wave(self, wave: RevealedWave) -> "Wave":
        from analysis.frame import from_packed
        from analysis.report import Wave

        questionnaire = canonical.from_json(wave.questionnaire, Questionnaire)
        return Wave(_counts(wave), from_packed(codebook(questionnaire), self._results.packed(wave.key)))

    def _series(self, slug: str, charter: Charter) -> KpiSeries:
        entry = self._desk.kpi(slug)
        if entry is None:
            return KpiSeries()
        return read_series(entry.series.encode(), "imported series", charter.gates.kpi.unit)

    def _documents(self, report: "Report", languages: Sequence[str], published: bytes) -> Mapping[str, bytes]:
        from analysis.render.archive import export_zip
        from analysis.render.pdf import readout

        readouts = {
            "readout.pdf" if place == 0 else f"readout.{language}.pdf": readout(
                report, language=language, templates=self._templates
            )
            for place, language in enumerate(languages)
        }
        return readouts | {"export.zip": export_zip(report, language=languages[0]), "report.json": published}


def _plan(plan: Plan, revealed: Sequence[RevealedWave]) -> Plan:
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
