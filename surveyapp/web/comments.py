"""Pages of the trustee: comments that wait, and what is to become of each. Nobody else gets to see a word of them."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from flask_security import current_user
from werkzeug.wrappers import Response

from surveyapp.clock import Clock
from surveyapp.desk.store import Audited, Desk
from surveyapp.questionnaire.model import TEXT_LIMIT
from surveyapp.results.review import Review, UnknownCommentError
from surveyapp.reviewing import CommentToReview, NoWordsError, Reviewing, WaveComments
from surveyapp.wave import WaveKey
from surveyapp.web.pages import language_of_reader, render
from surveyapp.web.security import Guard, StaffRole, signed_in

PER_PAGE = 10
_SEE_OTHER, _UNPROCESSABLE = 303, 422


@dataclass(frozen=True, slots=True)
class CommentsPage:
    """The waves of a pilot that have comments."""

    slug: str
    waves: tuple[WaveComments, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of a wave's comments is shown: decided ones or those that wait, and which page (from 1)."""

    decided: bool = False
    page: int = 1

    def address(self, key: WaveKey, **more: str) -> str:
        """Return the address of this part."""
        shown = {"show": "decided"} if self.decided else {}
        page = {"page": str(self.page)} if self.page > 1 else {}
        words = urlencode(shown | page | more)
        return f"/staff/trustee/{key.pilot}/{key.number}/comments" + (f"?{words}" if words else "")


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of a wave's comments. *wrong* is the id of a comment whose paraphrase had no words."""

    wave: WaveComments
    asked: Asked
    comments: tuple[CommentToReview, ...]
    pages: int
    done: str
    wrong: str
    language: str

    @property
    def address(self) -> str:
        """Where decisions are sent, which leads back here."""
        return self.asked.address(self.wave.key)

    @property
    def decided(self) -> int:
        """How many comments the trustee has decided about."""
        return sum(self.wave.counts.values()) - self.wave.waiting

    @property
    def longest(self) -> int:
        """How many letters a paraphrase may have."""
        return TEXT_LIMIT

    def part(self, *, decided: bool) -> str:
        """Return the address of the first page of a part."""
        return Asked(decided).address(self.wave.key)

    def step(self, pages: int) -> str:
        """Return the address of the page so many *pages* on."""
        return Asked(self.asked.decided, self.asked.page + pages).address(self.wave.key)


def make_blueprint(reviewing: Reviewing, desk: Desk, guard: Guard, clock: Clock) -> Blueprint:
    """Return the routes of the review."""
    blueprint = Blueprint("comments", __name__, url_prefix="/staff/trustee")

    def of(slug: str, number: int) -> WaveComments:
        guard.require(slug, StaffRole.TRUSTEE)
        wave = reviewing.wave(WaveKey(slug, number))
        return guard.refuse() if wave is None else wave

    @blueprint.get("/<slug>/comments")
    @signed_in
    def waves(slug: str) -> str:
        guard.require(slug, StaffRole.TRUSTEE)
        return render("staff/comments.html", CommentsPage(slug, reviewing.waves(slug)))

    @blueprint.get("/<slug>/<int:number>/comments")
    @signed_in
    def queue(slug: str, number: int) -> str:
        return render("staff/comment_queue.html", _page(reviewing, of(slug, number), _asked()))

    @blueprint.post("/<slug>/<int:number>/comments")
    @signed_in
    def decide(slug: str, number: int) -> Response | tuple[str, int]:
        wave = of(slug, number)
        posted = _posted()
        if posted is None:
            guard.refuse()
        try:
            reviewing.decide(wave.key, posted.comment, posted.review, posted.paraphrase)
        except UnknownCommentError:
            guard.refuse()
        except NoWordsError:
            page = _page(reviewing, wave, _asked(), wrong=posted.comment.hex())
            return render("staff/comment_queue.html", page), _UNPROCESSABLE
        # Neither the words nor the id: the record of what staff did is read by others.
        desk.audit(Audited(clock(), current_user.email, f"comment {posted.review}", slug, str(wave.key)))
        return redirect(_asked().address(wave.key, done=posted.review), _SEE_OTHER)

    return blueprint


def _page(reviewing: Reviewing, wave: WaveComments, asked: Asked, *, wrong: str = "") -> QueuePage:
    comments = reviewing.read(wave, decided=asked.decided)
    pages = max(1, -(-len(comments) // PER_PAGE))
    # The last comment of the last page may just have been decided.
    shown = Asked(asked.decided, min(asked.page, pages))
    start = (shown.page - 1) * PER_PAGE
    done = request.args.get("done", "")
    return QueuePage(
        wave,
        shown,
        comments[start : start + PER_PAGE],
        pages,
        done if done in set(Review) else "",
        wrong,
        language_of_reader(),
    )


# ----------------------------------------------------------------- what is received


@dataclass(frozen=True, slots=True)
class PostedDecision:
    """What the trustee decided about one comment."""

    comment: bytes
    review: Review
    paraphrase: str


def _posted() -> PostedDecision | None:
    try:
        comment = bytes.fromhex(request.form.get("comment", ""))
        review = Review(request.form.get("review", ""))
    except ValueError:
        return None
    paraphrase = " ".join(request.form.get("paraphrase", "").split())
    return PostedDecision(comment, review, paraphrase) if len(paraphrase) <= TEXT_LIMIT else None


def _asked() -> Asked:
    page = request.args.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < len("10000") else 1
    return Asked(request.args.get("show") == "decided", max(1, number))
