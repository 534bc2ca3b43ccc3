"""What is wrong with a plan of waves; the same rules for the file and for later changes."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from surveyapp.charter.model import PlannedWave

WAVE_LIMIT: Final = 60


def faults(waves: Sequence[PlannedWave], zone: ZoneInfo) -> Iterator[tuple[int, str]]:
    """Go through what is wrong: index of the wave, and words."""
    if len(waves) > WAVE_LIMIT:
        yield WAVE_LIMIT, f"more than {WAVE_LIMIT} waves"
    for index, wave in enumerate(waves):
        yield from ((index, fault) for fault in _order(wave.kind, first=index == 0, last=index == len(waves) - 1))
        yield from ((index, fault) for fault in _times(wave, zone))
    for index, (first, second) in enumerate(pairwise(waves), start=1):
        if second.opens_at < first.closes_at:
            yield index, "must open after the wave before has closed"


def _order(kind: str, *, first: bool, last: bool) -> Iterator[str]:
    if first and kind != "baseline":
        yield "the first wave must be the baseline: without it nothing can be compared"
    if kind == "baseline" and not first:
        yield "only the first wave can be the baseline"
    if kind == "closing" and not last:
        yield "the closing wave must be the last"


def _times(wave: PlannedWave, zone: ZoneInfo) -> Iterator[str]:
    if wave.opens_at >= wave.closes_at:
        yield "opens_at must be before closes_at"
    for name, moment in (("opens_at", wave.opens_at), ("closes_at", wave.closes_at)):
        if not _exists(moment, zone):
            yield f"{name} is skipped by the change to summer time"


def _exists(local: datetime, zone: ZoneInfo) -> bool:
    there = local.replace(tzinfo=zone)
    return there.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local
