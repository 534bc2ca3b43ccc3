"""Measured values of the primary KPI: taken in as a whole, or not at all."""

from surveyapp import canonical
from surveyapp.charter.model import Charter
from surveyapp.clock import Clock
from surveyapp.desk.series import read_series
from surveyapp.desk.store import Audited, Desk, KpiEntry


class Measuring:
    """Takes in series; the last one of a pilot counts."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock

    def unit(self, slug: str) -> str:
        """Return in what the charter of a pilot measures.

        Raises:
            UnknownPilotError: there is none of this name.
        """
        return canonical.from_json(self._desk.charter(slug).charter, Charter).gates.kpi.unit

    def entry(self, slug: str) -> KpiEntry | None:
        """Return the series that counts, if there is one."""
        return self._desk.kpi(slug)

    def take(self, slug: str, data: bytes, file: str, *, actor: str) -> tuple[int, str]:
        """Let the series in the CSV *data* count from now on; return how many values it has, and its hash.

        Raises:
            SeriesError: something is wrong with it; every mistake is named, nothing was changed.
            UnknownPilotError: there is no pilot of this name.
        """
        series = read_series(data, file, self.unit(slug))
        now = self._clock()
        self._desk.import_kpi(slug, KpiEntry(data.decode("utf-8-sig"), series.sha256, now))
        self._desk.audit(Audited(now, actor, "kpi import", slug, f"sha256 {series.sha256[:12]}"))
        return len(series.points), series.sha256
