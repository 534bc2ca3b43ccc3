"""All pilots side by side, from the readouts that were made and the plan of their waves; never an answer."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from surveyapp.clock import Clock
from surveyapp.desk.store import Desk, PilotEntry
from surveyapp.results.store import ReleaseEntry, Results
from surveyapp.wave import WaveKey, WaveState

if TYPE_CHECKING:
    from analysis.comparison import Comparison, Pilot, Published, Readout, Waiting


class PlannedWave(Protocol):
    """A wave as its plan knows it, started or not."""

    @property
    def key(self) -> WaveKey:
        """Pilot and number."""

    @property
    def opens_at(self) -> datetime:
        """When it opens, local to the pilot."""

    @property
    def closes_at(self) -> datetime:
        """When it closes, local to the pilot."""

    @property
    def state(self) -> WaveState:
        """How far it is."""


class Comparing:
    """Puts pilots side by side; *plan* returns the waves of a pilot in order."""

    def __init__(
        self,
        *,
        desk: Desk,
        results: Results,
        plan: Callable[[str], Sequence[PlannedWave]],
        templates: Path,
        clock: Clock,
    ) -> None:
        self._desk = desk
        self._results = results
        self._plan = plan
        self._templates = templates
        self._clock = clock

    def compared(self, only: Collection[str] | None = None) -> "Comparison":
        """Return all pilots, or *only* those of these names, as they are today."""
        from analysis.comparison import Comparison

        pilots = [self._pilot(entry) for entry in self._desk.pilots() if only is None or entry.slug in only]
        return Comparison.of(pilots, as_of=self._clock().date(), whole=only is None)

    def pdf(self, comparison: "Comparison", language: str) -> bytes:
        """Return *comparison* on paper.

        Raises:
            AnalysisError: the language is unknown, or the pages cannot be made.
        """
        from analysis.render.comparison import overview
        from analysis.render.pdf import comparison as on_paper
        from analysis.wording import wording

        return on_paper(overview(comparison, wording(language)), templates=self._templates)

    def csv(self, comparison: "Comparison", language: str) -> bytes:
        """Return *comparison* as a table.

        Raises:
            AnalysisError: the language is unknown.
        """
        from analysis.render.comparison_sheet import sheet
        from analysis.render.csv import to_csv
        from analysis.wording import wording

        return to_csv(sheet(comparison, wording(language)))

    def files(self, languages: Sequence[str]) -> Mapping[str, bytes]:
        """Return the comparison of all pilots as files, in the first of *languages* and, on paper, the others.

        Raises:
            AnalysisError: a language is unknown, or the pages cannot be made.
        """
        comparison = self.compared()
        papers = {
            "comparison.pdf" if place == 0 else f"comparison.{language}.pdf": self.pdf(comparison, language)
            for place, language in enumerate(dict.fromkeys(languages))
        }
        return papers | {"comparison.csv": self.csv(comparison, languages[0])}

    def _pilot(self, entry: PilotEntry) -> "Pilot":
        from analysis.comparison import Pilot, Readout

        # A readout up to an earlier wave may be made later: the one that tells most counts.
        newest = max(self._results.releases(entry.slug), key=lambda one: (one.wave, one.number), default=None)
        readout = Readout(newest.number, newest.wave, newest.made_on, _published(newest)) if newest else None
        return Pilot(entry.slug, entry.title, readout, self._waiting(entry.slug, readout))

    def _waiting(self, slug: str, readout: "Readout | None") -> "Waiting | None":
        from analysis.comparison import Stand, Waiting

        if self._desk.charter(slug).locked_at is None:
            return Waiting(Stand.UNLOCKED)
        told = readout.wave if readout else 0
        unread = {wave.key for wave in self._results.waves(slug) if wave.destroyed_unread}
        for wave in self._plan(slug):
            if wave.key.number > told and wave.state is not WaveState.CANCELLED and wave.key not in unread:
                return _stand(wave)
        return None if readout else Waiting(Stand.UNREAD)


def _published(entry: ReleaseEntry) -> "Published | None":
    from analysis.render.published import UnknownFormatError, published

    try:
        return published(entry.published, made_on=entry.made_on)
    except UnknownFormatError:
        return None


def _stand(wave: PlannedWave) -> "Waiting":
    from analysis.comparison import Stand, Waiting

    stands = {
        WaveState.PLANNED: (Stand.PLANNED, wave.opens_at.date()),
        WaveState.STARTED: (Stand.OPEN, wave.closes_at.date()),
        WaveState.REVEALED: (Stand.UNREPORTED, None),
    }
    stand, day = stands.get(wave.state, (Stand.CLOSED, None))
    return Waiting(stand, wave.key.number, day)
