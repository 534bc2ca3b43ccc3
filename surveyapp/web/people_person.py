"""The page of one person on the list: corrected or taken off, also while a wave is open."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, make_response, redirect, request
from flask_security import current_user
from werkzeug.wrappers import Response

from surveyapp.asking import OTHER_TEAMS
from surveyapp.charter.model import Charter
from surveyapp.clock import Clock
from surveyapp.desk.charters import current_charter
from surveyapp.desk.store import Audited, Desk
from surveyapp.office.correcting import AddressTakenError, Correcting
from surveyapp.office.leaving import Leaving
from surveyapp.office.people import Entry, Listed, People
from surveyapp.office.people_file import NAME_LIMIT, address_in
from surveyapp.web.pages import render, tell
from surveyapp.web.pilot_frame import PEOPLE, PilotFrame, enter
from surveyapp.web.security import Guard, signed_in

PROBLEMS: Final[Mapping[str, str]] = {
    "taken": "Somebody else of this pilot has this address.",
    "email": "Write an e-mail address, like name@example.org.",
    "name": "This name is too long.",
    "group": "Choose one of the teams.",
    "language": "Choose one of the languages.",
    "sure": "Tick the box: this cannot be undone.",
}
_SEE_OTHER, _UNPROCESSABLE = 303, 422


@dataclass(frozen=True, slots=True)
class PersonPage:
    """What is known of somebody, as stored or as just sent; *problems* maps fields to what is wrong there."""

    frame: PilotFrame
    person: str
    entry: Entry
    charter: Charter
    problems: Mapping[str, str]

    @property
    def teamless(self) -> str:
        """The group of people without a team."""
        return OTHER_TEAMS


def make_blueprint(
    *, desk: Desk, people: People, leaving: Leaving, correcting: Correcting, guard: Guard, clock: Clock
) -> Blueprint:
    """Return the routes of single people."""
    blueprint = Blueprint("people_person", __name__, url_prefix="/staff/people/<slug>/person/<person>")

    def entered(slug: str, person: str) -> tuple[PilotFrame, Charter, Listed]:
        frame = enter(slug, PEOPLE, desk=desk, guard=guard)
        return frame, current_charter(desk, slug), _found(people, slug, person, guard)

    def audit(slug: str, action: str) -> None:
        # Neither name nor address: the record of what staff did is read by others.
        desk.audit(Audited(clock(), current_user.email, action, slug, ""))

    @blueprint.get("")
    @signed_in
    def show_person(slug: str, person: str) -> str:
        frame, charter, listed = entered(slug, person)
        return render("staff/people_person.html", PersonPage(frame, person, listed.entry, charter, {}))

    @blueprint.post("/correct")
    @signed_in
    def correct_person(slug: str, person: str) -> Response:
        frame, charter, listed = entered(slug, person)
        entry, problems = _posted(charter)
        invited = False if problems else _correct(correcting, slug, listed.id, entry)
        if invited is None:
            problems = {"email": PROBLEMS["taken"]}
        if problems:
            return _refused(PersonPage(frame, person, entry, charter, problems))
        audit(slug, "people correct")
        if invited:
            # The same words for everybody: whether a ballot was taken is nobody's business.
            tell("Saved. A new invitation goes to the new address; links that were mailed before are replaced by it.")
        else:
            tell("Saved.")
        return redirect(f"/staff/people/{slug}/person/{person}", _SEE_OTHER)

    @blueprint.post("/remove")
    @signed_in
    def remove_person(slug: str, person: str) -> Response:
        frame, charter, listed = entered(slug, person)
        if "sure" not in request.form:
            return _refused(PersonPage(frame, person, listed.entry, charter, {"sure": PROBLEMS["sure"]}))
        leaving.remove(slug, listed.id)
        audit(slug, "people erase")
        tell("Taken off the list. Nothing tells any more that this person was asked.")
        tell_if_traces_remain(leaving)
        return redirect(f"/staff/people/{slug}", _SEE_OTHER)

    return blueprint


def tell_if_traces_remain(leaving: Leaving) -> None:
    """Clean the storage after people left, and say so if it could not be done now."""
    if not leaving.forget():
        tell("The database was being read: its last traces vanish with the next change of this kind.")


def _found(people: People, slug: str, person: str, guard: Guard) -> Listed:
    try:
        found = people.find(slug, bytes.fromhex(person))
    except ValueError:
        found = None
    # A slip of paper is anybody's: there is nobody to correct.
    return guard.refuse() if found is None or found.entry.email is None else found


def _correct(correcting: Correcting, slug: str, person: bytes, entry: Entry) -> bool | None:
    """Return whether invitations to a new address are planned, or None if somebody else has it."""
    try:
        return correcting.correct(slug, person, entry)
    except AddressTakenError:
        return None


def _refused(page: PersonPage) -> Response:
    return make_response(render("staff/people_person.html", page), _UNPROCESSABLE)


def _posted(charter: Charter) -> tuple[Entry, dict[str, str]]:
    """Return the entry that was sent, with what was typed where it is wrong, and what is wrong."""
    typed = request.form.get("email", "").strip()
    email = address_in(typed)
    name = " ".join(request.form.get("name", "").split())
    group, language = request.form.get("group", ""), request.form.get("language", "")
    wrong = {
        "email": not email,
        "name": len(name) > NAME_LIMIT,
        "group": group not in {OTHER_TEAMS, *(one.code for one in charter.groups)},
        "language": language not in charter.languages,
    }
    problems = {field: PROBLEMS[field] for field, is_wrong in wrong.items() if is_wrong}
    return Entry(email or typed, name, group, language), problems
