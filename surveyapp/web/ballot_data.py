"""The page of a wave as data: what a program needs to write, seal and cast a ballot (docs/wire.md)."""

import json
from typing import Any

from analysis.codebook import Kind
from surveyapp.crypto import base64url
from surveyapp.poll import Poll
from surveyapp.promise import Sealing, sealing_sentence
from surveyapp.questionnaire import conditions
from surveyapp.questionnaire.model import KINDS, FreeText, Matrix, MultipleChoice, Number, Question, Rank, options


def describe(poll: Poll, language: str) -> bytes:
    """Return *poll* in *language* as JSON; the same bytes for everybody."""
    data = {
        "wave": str(poll.key),
        "language": language,
        "languages": list(poll.languages),
        "title": poll.questionnaire.title.into(language),
        "closes_at": poll.closes_at.isoformat(),
        "demo": poll.demo,
        "promise": [sealing_sentence(Sealing.EITHER, language), *poll.promise.sentences(language)],
        "contact": poll.contact,
        "fingerprint": poll.fingerprint,
        "plaintext_bytes": poll.plaintext_bytes,
        "box_key": base64url.write(poll.box_public_key),
        "signing_key": base64url.write(poll.signing_key) if poll.signing_key else None,
        "questions": [_question(question, language) for question in poll.questionnaire.questions],
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _question(question: Question, language: str) -> dict[str, Any]:
    kind = KINDS[type(question)]
    described: dict[str, Any] = {
        "id": question.id,
        "kind": kind.value,
        "text": question.text.into(language),
        "required": question.required,
    }
    if question.measure == "group":
        described["group"] = True
    condition = conditions.plain(question.shown_if)
    if condition is not None:
        described["shown_if"] = condition
    if question.implied is not None:
        described["implied"] = question.implied
    match question:
        case Number():
            described |= {"minimum": question.minimum, "maximum": question.maximum}
        case FreeText():
            described["maximum"] = question.limit
        case Rank():
            described["maximum"] = question.places
        case MultipleChoice() if question.maximum:
            described["maximum"] = question.maximum
        case Matrix():
            described["rows"] = [{"code": row.code, "label": row.label.into(language)} for row in question.rows]
        case _:
            pass
    labelled = "points" if kind in {Kind.SCALE, Kind.MATRIX} else "options"
    if offered := options(question):
        described[labelled] = [
            {"label": option.label.into(language)}
            if labelled == "points"
            else {
                "code": option.code,
                "label": option.label.into(language),
                "exclusive": option.exclusive or option.refusal,
            }
            for option in offered
        ]
    return described
