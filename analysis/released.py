"""A released wave: what was published of it once, with the instrument and the counts that everybody knows."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from analysis.codebook import Codebook, Item
from analysis.plan import WaveCounts
from analysis.results import Figure, Measure, Row, WaveFacts

USE = frozenset({"pulse", "closing"})


@dataclass(frozen=True, slots=True)
class Release:
    """The survey figures of one wave: published once, and the same in every readout from then on.

    Attributes:
        facts: who was asked and who answered.
        measures: what the rows mean.
        rows: every figure and every gap.
        dropped: breakdowns left out altogether, by measure.
    """

    facts: WaveFacts
    measures: tuple[Measure, ...]
    rows: tuple[Row, ...]
    dropped: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """The hash of everything in it, the same wherever it is computed."""
        text = json.dumps(asdict(self), default=str, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ReleasedWave:
    """One release with its codebook and the counts of roster and box."""

    counts: WaveCounts
    codebook: Codebook
    release: Release

    @property
    def number(self) -> int:
        """The number of the wave within its pilot."""
        return self.counts.number

    @property
    def ballots(self) -> int:
        """The revealed ballots."""
        return self.release.facts.revealed

    @property
    def invited(self) -> int | None:
        """The people on the roster, unless more ballots than people say that the roster is wrong."""
        known = self.counts.invited
        return known if known is not None and known >= self.ballots else None

    def item(self, measure: str) -> Item | None:
        """Return the question of this wave that is connected to *measure*."""
        return self.codebook.measuring(measure)

    def rows(self, measure: str) -> tuple[Row, ...]:
        """Return the rows of a measure."""
        return tuple(row for row in self.release.rows if row.measure == measure)

    def figure(self, measure: str, option: str, *, group: str = "", question: str = "") -> Figure | None:
        """Return one published figure, none where it is a gap or was never asked."""
        for row in self.release.rows:
            if (row.measure, row.option, row.group) == (measure, option, group) and question in {"", row.question}:
                return row.figure if row.figure.base is not None or row.figure.value is not None else None
        return None


def use_waves(waves: Sequence[ReleasedWave]) -> list[ReleasedWave]:
    """Return the pulse and closing waves in their order."""
    return [wave for wave in waves if wave.counts.kind in USE]
