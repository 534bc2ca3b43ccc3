"""The respondent's pages: the same bytes for everybody, and one ballot when Send is pressed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from surveyapp import templating
from surveyapp.casting import Casting
from surveyapp.crypto import base64url, codes
from surveyapp.crypto.codes import BadCodeError, Code
from surveyapp.office.slot import CodeUnusableError, WaveClosedError
from surveyapp.office.waves import UnknownWaveError
from surveyapp.poll import Poll, Polls
from surveyapp.promise import Sealing, sealing_sentence
from surveyapp.questionnaire.answers import Answers, Mistakes, read_form
from surveyapp.questionnaire.conditions import visible
from surveyapp.questionnaire.form import NOTHING, Fields, Mistake
from surveyapp.wave import BadWaveKeyError, WaveKey, WaveState
from surveyapp.web import assets, ballot_data, fields
from surveyapp.web.fields import SectionView
from surveyapp.web.notice import NoticePage

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

_FRESH = 5.0  # seconds that a page may be served from memory before the wave's state is read again
_MOST_PAGES = 256


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the error summary, and the control it leads to."""

    anchor: str
    message: str


@dataclass(frozen=True, slots=True)
class BallotPage:
    """The page of a questionnaire."""

    title: str
    language: str
    languages: tuple[str, ...]
    contact: str
    demo: bool
    intro: str
    questions: int
    minutes: int
    closes_at: datetime
    promise: tuple[str, ...]
    sealed_by_server: str
    sealed_in_browser: str
    fingerprint: str
    wave: str
    plaintext_bytes: int
    box_key: str
    signing_key: str
    sections: tuple[SectionView, ...]
    problems: tuple[Problem, ...] = ()
    code: str = ""
    code_error: str = ""
    preview: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form carried."""

    answers: Fields
    code: str
    switch: bool

    @classmethod
    def parse(cls, form: "MultiDict[str, str]") -> "Sent":
        """Read a form as it was sent."""
        return cls({name: form.getlist(name) for name in form}, form.get("code", ""), "switch" in form)


class Pages:
    """Renders pages, and keeps the ones that are the same for everybody."""

    def __init__(self, polls: Polls, monotonic: Callable[[], float]) -> None:
        self._polls = polls
        self._monotonic = monotonic
        self._kept: dict[tuple[str, str, str | None], tuple[float, bytes, int]] = {}

    def opened(self, wave: str, wanted: str | None) -> tuple[bytes, int]:
        """Return the page of *wave* in the language *wanted*, and its status."""
        return self._from_memory("page", wave, wanted, self._fresh)

    def data(self, wave: str, wanted: str | None) -> bytes:
        """Return the page of *wave* as JSON.

        Raises:
            BadWaveKeyError: the name is none.
            UnknownWaveError: it was never started.
            WaveClosedError: it takes no ballots.
        """
        return self._from_memory("data", wave, wanted, self._fresh_data)[0]

    def _from_memory(
        self, form: str, wave: str, wanted: str | None, fresh: Callable[[str, str | None], tuple[bytes, int]]
    ) -> tuple[bytes, int]:
        wanted = wanted if wanted in templating.LANGUAGE_NAMES else None  # invented ones must not fill the memory
        kept = self._kept.get((form, wave, wanted))
        now = self._monotonic()
        if kept is not None and now - kept[0] < _FRESH:
            return kept[1], kept[2]
        page, status = fresh(wave, wanted)
        if status == 404:  # noqa: PLR2004  # invented names must not fill the memory
            return page, status
        if len(self._kept) >= _MOST_PAGES:
            self._kept.clear()
        self._kept[form, wave, wanted] = (now, page, status)
        return page, status

    def _fresh_data(self, wave: str, wanted: str | None) -> tuple[bytes, int]:
        state, poll = self._polls.now(WaveKey.parse(wave))
        if state != WaveState.STARTED:
            raise WaveClosedError
        return ballot_data.describe(poll, poll.language(wanted)), 200

    def _fresh(self, wave: str, wanted: str | None) -> tuple[bytes, int]:
        try:
            state, poll = self._polls.now(WaveKey.parse(wave))
        except (BadWaveKeyError, UnknownWaveError):
            return self.unknown(wanted), 404
        language = poll.language(wanted)
        if state == WaveState.CANCELLED:
            return self.cancelled(poll, language), 200
        if state != WaveState.STARTED:
            return self.closed(poll, language), 200
        return self.ballot(poll, language), 200

    def ballot(
        self,
        poll: Poll,
        language: str,
        sent: Sent | None = None,
        wrong: "Wrong | None" = None,
        *,
        preview: bool = False,
    ) -> bytes:
        """Return the questionnaire, filled with what was *sent* and marked where it is *wrong*.

        As a *preview* it is the same page, but sends nothing.
        """
        mistakes = wrong.mistakes if wrong else ()
        views = fields.sections(poll.questionnaire, language, sent.answers if sent else {}, mistakes)
        problems = [
            Problem(field.anchor, f"{field.legend} {field.error}")
            for section in views
            for field in section.fields
            if field.error
        ]
        code_error = templating.catalogue(language).gettext(wrong.code) if wrong and wrong.code else ""
        if code_error:
            problems.append(Problem("code", code_error))
        questionnaire = poll.questionnaire
        page = BallotPage(
            title=questionnaire.title.into(language),
            language=language,
            languages=poll.languages,
            contact=poll.contact,
            demo=poll.demo,
            intro=questionnaire.intro.into(language) if questionnaire.intro else "",
            questions=len(questionnaire.questions),
            minutes=poll.minutes(language),
            closes_at=poll.closes_at,
            promise=poll.promise.sentences(language),
            sealed_by_server=sealing_sentence(Sealing.SERVER, language),
            sealed_in_browser=sealing_sentence(Sealing.BROWSER, language),
            fingerprint=poll.fingerprint,
            wave=str(poll.key),
            plaintext_bytes=poll.plaintext_bytes,
            box_key=base64url.write(poll.box_public_key),
            signing_key=base64url.write(poll.signing_key) if poll.signing_key else "",
            sections=views,
            problems=tuple(problems),
            code=sent.code if sent else "",
            code_error=code_error,
            preview=preview,
        )
        return _render("respondent/page.html", language, page)

    def closed(self, poll: Poll, language: str) -> bytes:
        """Return the page of a wave that takes no ballots."""
        say = templating.catalogue(language).gettext
        words = (say("Thank you for your interest. Ballots can no longer be sent; nothing was stored."),)
        return _notice(say("This survey is closed"), language, poll.languages, words, poll.contact)

    def cancelled(self, poll: Poll, language: str) -> bytes:
        """Return the page of a wave whose ballots were destroyed."""
        say = templating.catalogue(language).gettext
        words = (say("All ballots were destroyed without anybody reading them. You need not do anything."),)
        return _notice(say("This survey was cancelled"), language, poll.languages, words, poll.contact)

    def thanks(self, wave: str, wanted: str | None) -> tuple[bytes, int]:
        """Return the page after a ballot was stored; it says nothing about who."""
        try:
            poll = self._polls.known(WaveKey.parse(wave))
        except (BadWaveKeyError, UnknownWaveError):
            return self.unknown(wanted), 404
        language = poll.language(wanted)
        say = templating.catalogue(language).gettext
        words = (
            say("Your ballot is sealed in the box. Your code is used up; nobody can look up what you answered."),
            say("The result is published to you and the pilot's owners when the survey is closed and the box opened."),
            say("You can close this page."),
        )
        return _notice(say("Thank you"), language, poll.languages, words, poll.contact), 200

    def unknown(self, wanted: str | None) -> bytes:
        """Return the page for an address that leads to no survey."""
        language = wanted if wanted in templating.LANGUAGE_NAMES else "en"
        say = templating.catalogue(language).gettext
        words = (say("Check the address, or open the link in your mail again."),)
        return _notice(say("There is no survey here"), language, tuple(templating.LANGUAGE_NAMES), words)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What must be corrected: answers, and the sentence about the code (English, also its catalogue key)."""

    mistakes: tuple[Mistake, ...] = ()
    code: str = ""


NO_CODE = "Enter the code from your mail or slip: 16 letters and digits."


def make_blueprint(pages: Pages, polls: Polls, casting: Casting) -> Blueprint:
    """Return the respondent's routes."""
    blueprint = Blueprint("respondent", __name__, url_prefix="/s")

    @blueprint.get("/<wave>")
    def ballot(wave: str) -> Response:
        return _page(*pages.opened(wave, request.args.get("lang")))

    @blueprint.post("/<wave>")
    def send(wave: str) -> AnyResponse:
        wanted = request.args.get("lang")
        try:
            poll = polls.known(WaveKey.parse(wave))
        except (BadWaveKeyError, UnknownWaveError):
            return _page(pages.unknown(wanted), 404)
        language = poll.language(wanted)
        sent = Sent.parse(request.form)
        if sent.switch:
            return _page(pages.ballot(poll, language, sent), 200)
        try:
            wrong = _cast(casting, poll, sent)
        except WaveClosedError:
            return _page(pages.closed(poll, language), 409)
        if wrong is not None:
            return _page(pages.ballot(poll, language, sent, wrong), 422)
        return redirect(url_for("respondent.thanks", wave=wave, lang=language), 303)

    @blueprint.get("/<wave>/thanks")
    def thanks(wave: str) -> Response:
        return _page(*pages.thanks(wave, request.args.get("lang")))

    blueprint.after_request(keep_quiet)
    return blueprint


def keep_quiet(response: Response) -> Response:
    """Let no browser keep a page of a respondent or say where they come from."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _cast(casting: Casting, poll: Poll, sent: Sent) -> Wrong | None:
    answers = read_form(poll.questionnaire, sent.answers)
    code, code_error = _code(sent.code)
    if isinstance(answers, Mistakes):
        return Wrong(answers.found, code_error)
    if answers.empty:
        return Wrong((_nothing(poll, answers),), code_error)
    if code is None:
        return Wrong(code=code_error)
    try:
        casting.cast_form(poll, code, answers)
    except CodeUnusableError as error:
        return Wrong(code=str(error))
    return None


def _nothing(poll: Poll, answers: Answers) -> Mistake:
    """Return the mistake of a form with nothing but the team: Send was pressed too early, or by a machine."""
    shown = visible(poll.questionnaire, answers.values)
    first = next((question for question in shown if question.measure != "group"), shown[0])
    return Mistake(first.id, NOTHING)


def _code(typed: str) -> tuple[Code | None, str]:
    try:
        return codes.parse(typed), ""
    except BadCodeError:
        return None, NO_CODE


def _notice(
    title: str, language: str, languages: tuple[str, ...], paragraphs: tuple[str, ...], contact: str = ""
) -> bytes:
    return _render("respondent/notice.html", language, NoticePage(title, language, languages, paragraphs, contact))


def _render(template: str, language: str, page: Any) -> bytes:
    return templating.environment(language).get_template(template).render(page=page, assets=assets.address).encode()


def _page(content: bytes, status: int) -> Response:
    return Response(content, status, content_type="text/html; charset=utf-8")
