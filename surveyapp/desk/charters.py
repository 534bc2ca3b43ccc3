"""A charter as it stands now: as it was locked, with the dated changes of its register."""

from surveyapp import canonical
from surveyapp.charter.model import Charter
from surveyapp.charter.register import Register
from surveyapp.desk.store import Desk


def current_charter(desk: Desk, slug: str) -> Charter:
    """Return the charter of a pilot with the changes of its register.

    Raises:
        UnknownPilotError: there is none of this name.
    """
    charter = canonical.from_json(desk.charter(slug).charter, Charter)
    return Register.of(charter, (change.change for change in desk.register(slug))).applied_to(charter)
