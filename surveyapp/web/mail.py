"""The mails of a pilot: how far they are, what they say, and one of them sent to oneself."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, make_response, redirect
from flask_security import current_user
from werkzeug.wrappers import Response

from surveyapp.clock import Clock
from surveyapp.desk.store import Audited, Desk
from surveyapp.errors import RefusedError
from surveyapp.mailing import Failure, MailState, Template
from surveyapp.mailroom import Mailroom, Sample, WaveMails
from surveyapp.office.outbox import Again
from surveyapp.office.waves import UnknownWaveError
from surveyapp.questionnaire.settling import SettlingError
from surveyapp.saying import Said, said
from surveyapp.wave import WaveKey
from surveyapp.web import headers
from surveyapp.web.mail_words import FAILURES, GONE, NONE_LEFT, NOT_GONE, PLANNED, STATES, TEMPLATES
from surveyapp.web.pages import complain, render, tell
from surveyapp.web.pilot_frame import MAIL, PilotFrame, enter
from surveyapp.web.security import Guard, signed_in

_Name = TypeVar("_Name", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class MailPage:
    """All mails of a pilot. Without *languages* none can be shown yet: *why_not*."""

    frame: PilotFrame
    waves: tuple[WaveMails, ...]
    languages: tuple[str, ...]
    why_not: Said | None
    templates: Mapping[Template, str]
    states: Mapping[MailState, str]
    failures: Mapping[Failure, str]


@dataclass(frozen=True, slots=True)
class SamplePage:
    """One mail as a person would get it, and the account that it can be sent to."""

    frame: PilotFrame
    template: Template
    name: str
    language: str
    sample: Sample
    email: str


def make_blueprint(desk: Desk, mailroom: Mailroom, guard: Guard, clock: Clock) -> Blueprint:
    """Return the routes of the page."""
    blueprint = Blueprint("mail", __name__, url_prefix="/staff/pilots/<slug>/mail")

    def seen(slug: str, template: str, language: str) -> tuple[PilotFrame, Template, Sample]:
        """Return the mail of an address; answer 404 where there is none."""
        frame = enter(slug, MAIL, desk=desk, guard=guard)
        kind = _named(Template, template, guard)
        return frame, kind, _sample(mailroom, slug, kind, language, guard)

    @blueprint.get("")
    @signed_in
    def mails(slug: str) -> str:
        frame = enter(slug, MAIL, desk=desk, guard=guard)
        languages, why_not = _languages(mailroom, slug)
        page = MailPage(frame, mailroom.mails(slug), languages, why_not, TEMPLATES, STATES, FAILURES)
        return render("staff/mail.html", page)

    @blueprint.post("/<int:number>/<which>")
    @signed_in
    def again(slug: str, number: int, which: str) -> Response:
        enter(slug, MAIL, desk=desk, guard=guard)
        kind, key = _named(Again, which, guard), WaveKey(slug, number)
        if _planned(mailroom, key, kind, guard):
            desk.audit(Audited(clock(), current_user.email, f"mails {which} again", slug, str(key)))
            tell(PLANNED[kind], wave=number)
        else:
            tell(NONE_LEFT, wave=number)
        return redirect(f"/staff/pilots/{slug}/mail")

    @blueprint.get("/<template>/<language>")
    @signed_in
    def sample(slug: str, template: str, language: str) -> str:
        frame, kind, shown = seen(slug, template, language)
        page = SamplePage(frame, kind, TEMPLATES[kind], language, shown, current_user.email)
        return render("staff/mail_sample.html", page)

    @blueprint.get("/<template>/<language>/body.html")
    @signed_in
    def body(slug: str, template: str, language: str) -> Response:
        _, _, shown = seen(slug, template, language)
        response = make_response(shown.preview.html)
        headers.show_a_mail(response)
        return response

    @blueprint.post("/<template>/<language>/test")
    @signed_in
    def test(slug: str, template: str, language: str) -> Response:
        _, kind, _ = seen(slug, template, language)
        fate = mailroom.send_sample(slug, kind, language, email=current_user.email, name=current_user.name)
        if fate in GONE:
            tell(GONE[fate], address=current_user.email)
        else:
            complain(NOT_GONE[fate])
        return redirect(f"/staff/pilots/{slug}/mail/{kind}/{language}")

    return blueprint


def _languages(mailroom: Mailroom, slug: str) -> tuple[tuple[str, ...], Said | None]:
    """Return the languages of the mails, or none and the reason."""
    try:
        return mailroom.languages(slug), None
    except RefusedError as error:
        return (), said(error.phrase, **error.values)
    except SettlingError as error:
        return (), Said(str(error))


def _named(names: type[_Name], value: str, guard: Guard) -> _Name:
    """Return what an address names; answer 404 where it names nothing."""
    try:
        return names(value)
    except ValueError:
        guard.refuse()


def _sample(mailroom: Mailroom, slug: str, template: Template, language: str, guard: Guard) -> Sample:
    try:
        sample = mailroom.sample(slug, template, language)
    except (RefusedError, SettlingError):
        # The page of all mails says why, and links to none.
        guard.refuse()
    if language not in sample.languages:
        guard.refuse()
    return sample


def _planned(mailroom: Mailroom, key: WaveKey, which: Again, guard: Guard) -> bool:
    try:
        return mailroom.send_again(key, which)
    except UnknownWaveError:
        guard.refuse()
