"""The plan of a pilot's waves as a calendar, and what can be done with each of them."""

from calendar import Calendar
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, make_response, redirect, request
from flask_security import current_user
from werkzeug.wrappers import Response

from surveyapp.charter.register import WaveMoved
from surveyapp.clock import Clock
from surveyapp.desk.store import Audited, Desk
from surveyapp.errors import RefusedError
from surveyapp.fieldwork import SILENT_FROM, Fieldwork, WaveView
from surveyapp.outlooks import Outlooks, WaveOutlook
from surveyapp.questionnaire.settling import SettlingError
from surveyapp.registering import Registering
from surveyapp.saying import Said, said
from surveyapp.starting import Starting
from surveyapp.wave import WaveKey, WaveState
from surveyapp.web.pages import render, tell
from surveyapp.web.pilot_frame import WAVES, PilotFrame, enter
from surveyapp.web.security import Guard, signed_in

_UNPROCESSABLE = 422
Act = Callable[[WaveKey], None]


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of a month; *waves* are open on it."""

    day: date
    inside: bool
    waves: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks from Monday to Sunday."""

    first: date
    weeks: tuple[tuple[CalendarDay, ...], ...]


@dataclass(frozen=True, slots=True)
class WaveLine:
    """A wave, what keeps it from being started, and what it could show at the lower edge of its response band."""

    view: WaveView
    why_not: RefusedError | None
    outlook: WaveOutlook | None


@dataclass(frozen=True, slots=True)
class WavesPage:
    """All waves of a pilot."""

    frame: PilotFrame
    lines: tuple[WaveLine, ...]
    months: tuple[Month, ...]
    problem: Said | None
    about: int
    silent_from: int = SILENT_FROM


def make_blueprint(  # the life of a wave touches them all
    *,
    desk: Desk,
    starting: Starting,
    fieldwork: Fieldwork,
    registering: Registering,
    outlooks: Outlooks,
    guard: Guard,
    clock: Clock,
) -> Blueprint:
    """Return the routes of the page."""
    blueprint = Blueprint("waves", __name__, url_prefix="/staff/pilots/<slug>/waves")
    acts = _acts(starting, fieldwork, registering)

    def page(frame: PilotFrame, problem: Said | None = None, about: int = 0) -> str:
        views = fieldwork.plan(frame.slug)
        lines = tuple(
            WaveLine(
                view,
                starting.why_not(view.key) if view.state == WaveState.PLANNED else None,
                outlooks.of(view) if view.state == WaveState.STARTED else None,
            )
            for view in views
        )
        return render("staff/waves.html", WavesPage(frame, lines, tuple(months(views)), problem, about))

    @blueprint.get("")
    @signed_in
    def plan(slug: str) -> str:
        return page(enter(slug, WAVES, desk=desk, guard=guard))

    @blueprint.post("/<int:number>/<act>")
    @signed_in
    def act(slug: str, number: int, act: str) -> Response:
        frame = enter(slug, WAVES, desk=desk, guard=guard)
        if act not in acts:
            guard.refuse()
        key = WaveKey(slug, number)
        try:
            acts[act](key)
        except RefusedError as error:
            return make_response(page(frame, said(error.phrase, **error.values), number), _UNPROCESSABLE)
        except SettlingError as error:
            return make_response(page(frame, Said(str(error)), number), _UNPROCESSABLE)
        if act != "move":
            desk.audit(Audited(clock(), current_user.email, f"wave {act}", slug, str(key)))
        tell(_DONE[act], wave=number)
        return redirect(f"/staff/pilots/{slug}/waves")

    return blueprint


_DONE: Mapping[str, str] = {
    "move": "Wave %(wave)s has its new times.",
    "start": "Wave %(wave)s is open; the invitations are on their way.",
    "remind": "Reminders of wave %(wave)s are planned, to everybody on the list.",
    "remind-silent": "Reminders of wave %(wave)s are planned. Who gets one shows at sending, and to nobody.",
    "extend": "Wave %(wave)s closes later; everybody is told by mail.",
    "close": "Wave %(wave)s is closed. Its box can be opened at the promised time.",
    "cancel": "Wave %(wave)s is cancelled and its ballots are destroyed unread; everybody is told by mail.",
}
WORDS = tuple(_DONE.values())


def _acts(starting: Starting, fieldwork: Fieldwork, registering: Registering) -> Mapping[str, Act]:
    def move(key: WaveKey) -> None:
        change = WaveMoved(key.number, _moment("opens_at"), _moment("closes_at"))
        registering.enter(key.pilot, change, actor=current_user.email)

    def extend(key: WaveKey) -> None:
        fieldwork.extend(key, _moment("until"))

    def cancel(key: WaveKey) -> None:
        if "sure" not in request.form:
            raise RefusedError("tick that all ballots are to be destroyed unread: it cannot be undone")
        fieldwork.cancel(key)

    return {
        "move": move,
        "start": lambda key: _forget(starting.start(key)),
        "remind": lambda key: _forget(fieldwork.remind(key)),
        "remind-silent": lambda key: _forget(fieldwork.remind(key, silent=True)),
        "extend": extend,
        "close": lambda key: _forget(fieldwork.close(key)),
        "cancel": cancel,
    }


def _forget(_count: object) -> None:
    """Leave a count out: pages of leads tell how many were invited, never who has not answered."""


def _moment(name: str) -> datetime:
    """Return the local time in a field.

    Raises:
        RefusedError: there is none.
    """
    try:
        moment = datetime.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise RefusedError("a day and a time are needed") from None
    if moment.tzinfo is not None:
        raise RefusedError("a day and a time are needed")
    return moment


def months(views: Sequence[WaveView]) -> Iterator[Month]:
    """Go through the months from the first opening to the last close, with the waves that are open on each day."""
    if not views:
        return
    first, last = min(view.opens_at for view in views).date(), max(view.closes_at for view in views).date()
    calendar = Calendar()
    for year, number in _months_between(first, last):
        weeks = tuple(
            tuple(CalendarDay(day, day.month == number, _open_on(day, views)) for day in week)
            for week in calendar.monthdatescalendar(year, number)
        )
        yield Month(date(year, number, 1), weeks)


def _months_between(first: date, last: date) -> Iterator[tuple[int, int]]:
    for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield month // 12, month % 12 + 1


def _open_on(day: date, views: Sequence[WaveView]) -> tuple[int, ...]:
    return tuple(view.key.number for view in views if view.opens_at.date() <= day <= view.closes_at.date())
