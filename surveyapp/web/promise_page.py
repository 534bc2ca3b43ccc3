"""The public page of the promise: its sentences, and every column that a ballot leaves in a database.

The columns come from the tables themselves. One that nobody has explained here keeps the server from starting.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from flask import Blueprint, Response, request

from analysis.packing import pack
from surveyapp import templating
from surveyapp.errors import EnvironmentProblemError
from surveyapp.office.waves import UnknownWaveError
from surveyapp.poll import Poll, Polls
from surveyapp.promise import sealing_sentence
from surveyapp.questionnaire.columns import codebook
from surveyapp.questionnaire.example import example
from surveyapp.questionnaire.model import FreeText
from surveyapp.wave import BadWaveKeyError, WaveKey
from surveyapp.web import assets
from surveyapp.web.respondent import Pages, keep_quiet

Columns = Mapping[str, Sequence[str]]  # table -> its columns

WAVE, RANDOM = "the survey", "random, and in no other table"
# English, also the key of the catalogues: what each column holds.
MEANINGS: Mapping[str, Mapping[str, str]] = {
    "ledger": {
        "pilot_id": WAVE,
        "number": WAVE,
        "person_id": "you: your number in the list of people",
        "state": "that you have taken a ballot",
        "blinded_digest": "fingerprint of the covered slip, which the server signed and cannot recognise again",
    },
    "spent": {
        "pilot_id": WAVE,
        "number": WAVE,
        "message_digest": "fingerprint of the uncovered slip, so that it counts once",
        "sealed_digest": "fingerprint of the sealed ballot",
    },
    "box": {
        "pilot_id": WAVE,
        "number": WAVE,
        "id": RANDOM,
        "sealed": "the sealed ballot, as long as every other",
    },
    "answer": {
        "pilot_id": WAVE,
        "number": WAVE,
        "id": RANDOM,
        "values": "the answers",
        "codes": "the same answers, shortened for the computation",
    },
    "comment": {
        "pilot_id": WAVE,
        "number": WAVE,
        "id": RANDOM,
        "question": "which question",
        "text": "what was written, without names, addresses and numbers as far as they are recognised",
        "review": "whether the trustee has read it",
        "paraphrase": "the words of the trustee, if yours would tell who somebody is",
        "decided_on": "the day on which the trustee decided whether it may be shown",
        "settled": "whether a readout was made since; then no other text is kept",
    },
}
BEFORE, AFTER = ("ledger", "spent", "box"), ("answer", "comment")


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One column: its name, what it holds, and an example."""

    name: str
    meaning: str
    example: str


@dataclass(frozen=True, slots=True)
class TableView:
    """One table that a ballot leaves a row in."""

    name: str
    columns: tuple[ColumnView, ...]


@dataclass(frozen=True, slots=True)
class PromisePage:
    """The promise, and what is stored."""

    title: str
    language: str
    languages: tuple[str, ...]
    contact: str
    wave: str
    promise: tuple[str, ...]
    fingerprint: str
    before: tuple[TableView, ...]
    after: tuple[TableView, ...]


def make_blueprint(pages: Pages, polls: Polls, columns: Columns) -> Blueprint:
    """Return the route of the promise; *columns* are those of the tables in MEANINGS as they are.

    Raises:
        EnvironmentProblemError: a table has a column that this page does not explain.
    """
    for table, meanings in MEANINGS.items():
        unexplained = sorted(set(columns[table]) ^ meanings.keys())
        if unexplained:
            raise EnvironmentProblemError(
                f"table {table} has columns that the promise does not explain: {', '.join(unexplained)}",
                "say in surveyapp/web/promise_page.py what they hold, or do not store them",
            )
    blueprint = Blueprint("promise", __name__, url_prefix="/s")

    @blueprint.get("/<wave>/promise")
    def promise(wave: str) -> Response:
        wanted = request.args.get("lang")
        try:
            poll = polls.known(WaveKey.parse(wave))
        except (BadWaveKeyError, UnknownWaveError):
            return Response(pages.unknown(wanted), 404, content_type="text/html; charset=utf-8")
        language = poll.language(wanted)
        content = (
            templating.environment(language)
            .get_template("respondent/promise.html")
            .render(page=_page(poll, language, columns), assets=assets.address)
        )
        return Response(content, 200, content_type="text/html; charset=utf-8")

    blueprint.after_request(keep_quiet)
    return blueprint


def _page(poll: Poll, language: str, columns: Columns) -> PromisePage:
    say = templating.catalogue(language).gettext
    examples = _examples(poll)

    def tables(names: Sequence[str]) -> tuple[TableView, ...]:
        return tuple(
            TableView(
                name,
                tuple(
                    ColumnView(column, say(MEANINGS[name][column]), examples[name][column]) for column in columns[name]
                ),
            )
            for name in names
            if name in examples
        )

    return PromisePage(
        title=say("What is stored"),
        language=language,
        languages=poll.languages,
        contact=poll.contact,
        wave=str(poll.key),
        promise=(sealing_sentence(poll.sealing, language), *poll.promise.sentences(language)),
        fingerprint=poll.fingerprint,
        before=tables(BEFORE),
        after=tables(AFTER),
    )


def _examples(poll: Poll) -> dict[str, dict[str, str]]:
    """Return an example of every row. They look random and are not: everybody gets to see the same page."""
    texts = {question.id for question in poll.questionnaire.questions if isinstance(question, FreeText)}
    answers = example(poll.questionnaire).values
    closed = {name: value for name, value in answers.items() if name not in texts}
    wave = {"pilot_id": poll.key.pilot, "number": str(poll.key.number)}
    sealed_bytes = 65 + poll.plaintext_bytes + 16
    examples = {
        "ledger": wave
        | {"person_id": _digits("person", 16), "state": "issued", "blinded_digest": _digits("blinded", 32)},
        "spent": wave | {"message_digest": _digits("message", 32), "sealed_digest": _digits("sealed", 32)},
        "box": wave | {"id": _digits("box", 16), "sealed": f"{_digits('ballot', 32)}… ({sealed_bytes} bytes)"},
        "answer": wave
        | {
            "id": _digits("answer", 16),
            "values": json.dumps(closed, ensure_ascii=False),
            "codes": pack(codebook(poll.questionnaire), closed).hex(),
        },
    }
    for name in sorted(texts & answers.keys()):
        row = {"id": _digits("comment", 16), "question": name, "text": "…", "review": "waiting"}
        undecided = {"paraphrase": "-", "decided_on": "-", "settled": "false"}
        examples["comment"] = wave | row | undecided
    return examples


def _digits(name: str, size: int) -> str:
    return sha256(name.encode()).hexdigest()[: 2 * size]
