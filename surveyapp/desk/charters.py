"""A charter as it stands now: as it was locked, with the dated changes of its register."""

from analysis.plan import Amendment
from surveyapp import canonical
from surveyapp.charter.differences import differences
from surveyapp.charter.model import Charter
from surveyapp.charter.register import Register
from surveyapp.desk.store import Desk


def amendments(desk: Desk, slug: str) -> tuple[Amendment, ...]:
    """Return what later versions of a locked charter say differently from the one before, oldest first."""
    versions = desk.versions(slug)
    told = [canonical.from_json(version.charter, Charter) for version in versions]
    return tuple(
        Amendment(
            version.version,
            version.locked_at.date(),
            version.reason,
            tuple((one.path, one.before, one.after) for one in differences(before, after)),
        )
        for version, before, after in zip(versions[1:], told[:-1], told[1:], strict=True)
        if version.locked_at
    )


def current_charter(desk: Desk, slug: str) -> Charter:
    """Return the charter of a pilot with the changes of its register.

    Raises:
        UnknownPilotError: there is none of this name.
    """
    charter = canonical.from_json(desk.charter(slug).charter, Charter)
    return Register.of(charter, (change.change for change in desk.register(slug))).applied_to(charter)
