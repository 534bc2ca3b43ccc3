"""Pages on which a list of people is read, looked at, and only then stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Flask, make_response, redirect, request
from flask_security import current_user
from werkzeug.wrappers import Response

from surveyapp import templating
from surveyapp.charter.model import Charter
from surveyapp.clock import Clock
from surveyapp.desk.charters import current_charter
from surveyapp.desk.store import Audited, Desk
from surveyapp.office.leaving import Leaving
from surveyapp.office.people import Comparison, Difference, ListChangedError, People
from surveyapp.office.people_file import (
    MEANINGS,
    SHOWN,
    Columns,
    HeadingError,
    PeopleFile,
    PeopleFileError,
    RowProblem,
    as_text,
    read_people,
)
from surveyapp.office.people_template import as_csv, as_workbook, template_rows
from surveyapp.office.sheet import SIZE_LIMIT, Row, Sheet
from surveyapp.web.pages import language_of_reader, render, tell
from surveyapp.web.people_person import tell_if_traces_remain
from surveyapp.web.pilot_frame import PEOPLE, PilotFrame, enter
from surveyapp.web.security import Guard, signed_in

NO_LIST: Final = "Choose a file, or paste a list."
LISTED: Final = 50  # lines of each kind on the page of differences
_LOOKED_AT: Final = 6  # first rows of a table whose columns are explained
_BODY_LIMIT: Final = SIZE_LIMIT + 100_000  # bytes; the list and what stands around it
_SEE_OTHER, _UNPROCESSABLE = 303, 422
_SENT_TO: Final = ("people_import.look_at", "people_import.store")
_WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class ImportPage:
    """Where a list is handed in. *problems*: what was wrong with the one that was sent, which *pasted* keeps."""

    frame: PilotFrame
    charter: Charter
    pasted: str = ""
    problems: tuple[RowProblem, ...] = ()

    @property
    def shown(self) -> tuple[RowProblem, ...]:
        """As many problems as somebody reads."""
        return self.problems[:SHOWN]

    @property
    def meanings(self) -> Mapping[str, str]:
        """What columns can mean, in English words."""
        return MEANINGS


@dataclass(frozen=True, slots=True)
class ColumnsPage:
    """The first rows of a table whose headings say nothing; *chosen* is what was said of its columns so far."""

    frame: PilotFrame
    name: str
    sheet: Sheet
    chosen: Columns
    problems: tuple[RowProblem, ...]

    @property
    def meanings(self) -> Mapping[str, str]:
        """What columns can mean, in English words."""
        return MEANINGS

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows to look at."""
        return self.sheet.rows[:_LOOKED_AT]

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.chosen.meanings)


@dataclass(frozen=True, slots=True)
class DifferencesPage:
    """What a list would change, and the list itself; *changed*: somebody else was quicker, it is looked at again."""

    frame: PilotFrame
    charter: Charter
    file: PeopleFile
    comparison: Comparison
    changed: bool = False

    @property
    def text(self) -> str:
        """The list, for the form that confirms it."""
        return as_text(self.file.people)

    @property
    def nothing(self) -> bool:
        """Whether nothing would change, whatever is ticked."""
        return not (self.comparison.added or self.comparison.changed or self.comparison.missing)

    @property
    def most(self) -> int:
        """How many lines of each kind are listed."""
        return LISTED

    def group(self, code: str, language: str) -> str:
        """Return how a group is called; nothing for people without a team."""
        return next((one.label.into(language) for one in self.charter.groups if one.code == code), "")


@dataclass(frozen=True, slots=True)
class Sent:
    """A list as it was sent: its name, its bytes, what is said of its columns, and the text if it was pasted."""

    name: str
    data: bytes
    columns: Columns | None = None
    pasted: str = ""


def let_in(app: Flask) -> None:
    """Let signed-in staff send lists to *app*, which are larger than everything else; to be called before CSRF is."""

    @app.before_request
    def larger_lists() -> None:
        # Whoever is not signed in cannot make the server take in that much.
        if request.endpoint in _SENT_TO and current_user.is_authenticated:
            request.max_content_length = request.max_form_memory_size = _BODY_LIMIT


def make_blueprint(*, desk: Desk, people: People, leaving: Leaving, guard: Guard, clock: Clock) -> Blueprint:
    """Return the routes of the import."""
    blueprint = Blueprint("people_import", __name__, url_prefix="/staff/people/<slug>")

    def entered(slug: str) -> tuple[PilotFrame, Charter]:
        return enter(slug, PEOPLE, desk=desk, guard=guard), current_charter(desk, slug)

    @blueprint.get("/import")
    @signed_in
    def hand_in(slug: str) -> str:
        return render("staff/people_import.html", ImportPage(*entered(slug)))

    @blueprint.post("/import")
    @signed_in
    def look_at(slug: str) -> Response:
        return _look_at(people, *entered(slug))

    @blueprint.post("/import/store")
    @signed_in
    def store(slug: str) -> Response:
        done = _store(people, *entered(slug))
        if isinstance(done, Response):
            return done
        desk.audit(
            Audited(
                clock(), current_user.email, "people import", slug, f"{done.added + done.changed + done.unchanged} rows"
            )
        )
        if done.left:
            tell_if_traces_remain(leaving)
        return redirect(f"/staff/people/{slug}", _SEE_OTHER)

    @blueprint.get("/template.csv")
    @signed_in
    def template_csv(slug: str) -> Response:
        _, charter = entered(slug)
        return _download(as_csv(_template(charter), language_of_reader()), "text/csv; charset=utf-8", f"{slug}.csv")

    @blueprint.get("/template.xlsx")
    @signed_in
    def template_workbook(slug: str) -> Response:
        _, charter = entered(slug)
        return _download(as_workbook(_template(charter), charter.languages), _WORKBOOK, f"{slug}.xlsx")

    return blueprint


def _look_at(people: People, frame: PilotFrame, charter: Charter) -> Response:
    """Show what the list that was sent would change, what is wrong with it, or ask what its columns mean."""
    sent = _sent()
    if sent is None:
        return _answer("staff/people_import.html", ImportPage(frame, charter, problems=(RowProblem(0, "", NO_LIST),)))
    try:
        file = _read(sent, charter)
    except HeadingError as error:
        return _ask_for_columns(frame, sent, error)
    except PeopleFileError as error:
        return _answer("staff/people_import.html", ImportPage(frame, charter, sent.pasted, error.found))
    page = DifferencesPage(frame, charter, file, people.compare(frame.slug, file.entries))
    return _answer("staff/people_differences.html", page, wrong=False)


def _store(people: People, frame: PilotFrame, charter: Charter) -> Response | Difference:
    """Store the list that was looked at, tell what changed and return it; where it cannot be stored, the page of why.

    Between looking and storing the list lies in the reader's own page: in no cookie, which is too small and goes along
    with every request, and in no database or file, where it would stay when nobody confirms. It is read again like any
    file, so that nothing is trusted because it comes back. To upload it twice would invite a look at one list and the
    storing of another.
    """
    try:
        file = _read(Sent("", request.form.get("rows", "").encode()), charter)
    except PeopleFileError as error:
        return _answer("staff/people_import.html", ImportPage(frame, charter, problems=error.found))
    leave, seen = "leave" in request.form, request.form.get("seen", "-")
    try:
        done = people.enter(frame.slug, file.entries, leave=leave, seen=seen)
    except ListChangedError:
        page = DifferencesPage(frame, charter, file, people.compare(frame.slug, file.entries), changed=True)
        return _answer("staff/people_differences.html", page)
    tell(
        "%(added)s added, %(changed)s changed, %(unchanged)s unchanged, %(left)s left.",
        added=done.added,
        changed=done.changed,
        unchanged=done.unchanged,
        left=done.left,
    )
    return done


def _answer(template: str, page: object, *, wrong: bool = True) -> Response:
    return make_response(render(template, page), _UNPROCESSABLE if wrong else 200)


def _ask_for_columns(frame: PilotFrame, sent: Sent, error: HeadingError) -> Response:
    """Ask what the columns mean; it is an error only for who has said so, and still has no addresses."""
    problems = error.found if sent.columns else ()
    chosen = sent.columns or Columns(
        ("",) * max(len(row.cells) for row in error.sheet.rows), error.sheet.rows[0].number
    )
    page = ColumnsPage(frame, sent.name, error.sheet, chosen, problems)
    return _answer("staff/people_columns.html", page, wrong=bool(problems))


def _download(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=kind, headers=headers)


def _template(charter: Charter) -> Sequence[tuple[str, ...]]:
    language = language_of_reader()
    return template_rows(charter.groups, charter.languages, language, templating.catalogue(language).gettext)


def _read(sent: Sent, charter: Charter) -> PeopleFile:
    return read_people(sent.data, sent.name, groups=charter.groups, languages=charter.languages, columns=sent.columns)


# ----------------------------------------------------------------- what is received


def _sent() -> Sent | None:
    if "rows" in request.form:
        return Sent(request.form.get("name", ""), request.form["rows"].encode(), _explained())
    file = request.files.get("file")
    if file is not None and file.filename:
        return Sent(file.filename, file.read())
    pasted = request.form.get("pasted", "")
    return Sent("", pasted.encode(), pasted=pasted) if pasted.strip() else None


def _explained() -> Columns:
    meanings: list[str] = []
    while (meaning := request.form.get(f"column-{len(meanings) + 1}")) is not None:
        meanings.append(meaning if meaning in MEANINGS else "")
    heading = request.form.get("heading", "")
    counted = heading.isascii() and heading.isdigit() and len(heading) < len("1000000")
    return Columns(tuple(meanings), int(heading) if counted else 0)
