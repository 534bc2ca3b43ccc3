"""What is wrong with a plan of waves; the same rules for the file and for later changes."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from surveyapp.charter.model import PlannedWave

WAVE_LIMIT: Final = 60


class WaveFault(StrEnum):
    """What can be wrong with a plan of waves, in words."""

    TOO_MANY = f"there are more than {WAVE_LIMIT} waves"
    OVERLAP = "must open after the wave before has closed"
    NO_BASELINE = "the first wave must be the baseline: without it nothing can be compared"
    SECOND_BASELINE = "only the first wave can be the baseline"
    EARLY_CLOSING = "the closing wave must be the last"
    BACKWARDS = "opens_at must be before closes_at"
    NO_SUCH_OPENING = "opens_at is skipped by the change to summer time"
    NO_SUCH_CLOSE = "closes_at is skipped by the change to summer time"


def faults(waves: Sequence[PlannedWave], zone: ZoneInfo) -> Iterator[tuple[int, WaveFault]]:
    """Go through what is wrong: index of the wave, and words."""
    if len(waves) > WAVE_LIMIT:
        yield WAVE_LIMIT, WaveFault.TOO_MANY
    for index, wave in enumerate(waves):
        yield from ((index, fault) for fault in _order(wave.kind, first=index == 0, last=index == len(waves) - 1))
        yield from ((index, fault) for fault in _times(wave, zone))
    for index, (first, second) in enumerate(pairwise(waves), start=1):
        if second.opens_at < first.closes_at:
            yield index, WaveFault.OVERLAP


def _order(kind: str, *, first: bool, last: bool) -> Iterator[WaveFault]:
    if first and kind != "baseline":
        yield WaveFault.NO_BASELINE
    if kind == "baseline" and not first:
        yield WaveFault.SECOND_BASELINE
    if kind == "closing" and not last:
        yield WaveFault.EARLY_CLOSING


def _times(wave: PlannedWave, zone: ZoneInfo) -> Iterator[WaveFault]:
    if wave.opens_at >= wave.closes_at:
        yield WaveFault.BACKWARDS
    if not _exists(wave.opens_at, zone):
        yield WaveFault.NO_SUCH_OPENING
    if not _exists(wave.closes_at, zone):
        yield WaveFault.NO_SUCH_CLOSE


def _exists(local: datetime, zone: ZoneInfo) -> bool:
    there = local.replace(tzinfo=zone)
    return there.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local
