"""The document of the wire says what the code does."""

import re
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from analysis.codebook import Kind, Option
from surveyapp.crypto import blind_rsa, sealing
from surveyapp.crypto.sealing import SealedBallot
from surveyapp.questionnaire.answers import plaintext_bytes, read_ballot
from surveyapp.questionnaire.model import Band, FreeText, Matrix, MultipleChoice, Number, Question, Rank, Scale
from surveyapp.questionnaire.model import SingleChoice as Single
from tests.unit.instrument_factory import every_kind, settled

DOCUMENT = (Path(__file__).parents[2] / "docs" / "wire.md").read_text("utf-8")
WAVE = "offers.1"


def test_a_ballot_sealed_by_the_example_alone_is_opened_and_read() -> None:
    example = re.search(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    assert example is not None
    names: dict[str, Any] = {}
    exec(example[1], names)  # noqa: S102  # our own document
    key = ec.generate_private_key(ec.SECP256R1())
    length = plaintext_bytes(every_kind())

    sealed = names["seal"](b'{"answers":{"team":"sales","days":3}}', length, sealing.public_bytes(key), WAVE)

    opened = sealing.unseal(SealedBallot(sealed), key, WAVE)
    assert read_ballot(every_kind(), opened).values == {"team": "sales", "days": 3}
    assert len(sealed) == 65 + length + 16


def as_documented(question: Question) -> int:  # noqa: PLR0911  # one for each kind
    """The table of bytes in the document, read by a person."""

    def codes(options: tuple[Option, ...], extra: int = 3) -> list[int]:
        return sorted((len(option.code) + extra for option in options), reverse=True)

    match question:
        case Single() | Band():
            return codes(question.options)[0]
        case MultipleChoice():
            return 2 + sum(codes(question.options))
        case Scale():
            return len(str(len(question.points)))
        case Number():
            return max(len(str(question.minimum)), len(str(question.maximum)))
        case Matrix():
            return 2 + sum(codes(question.rows, 4 + len(str(len(question.points)))))
        case Rank():
            return 2 + sum(codes(question.options)[: question.places])
        case FreeText():
            return 2 + 6 * question.limit


def test_the_length_of_a_ballot_is_the_documented_sum() -> None:
    for questionnaire in (every_kind(), settled("baseline"), settled("pulse")):
        needed = 64 + sum(len(question.id) + 4 + as_documented(question) for question in questionnaire.questions)

        assert plaintext_bytes(questionnaire) == -(-needed // 256) * 256


def test_every_kind_of_question_has_its_answer_and_its_bytes() -> None:
    answers, lengths = DOCUMENT.split("| kind of question | answer |")[1].split("| kind | bytes |")

    for table in (answers, lengths.split("### ")[0]):
        assert all(f"`{kind}`" in table for kind in Kind)


def test_the_sizes_are_those_of_the_code() -> None:
    assert f"a random prefix of {blind_rsa.PREFIX}" in DOCUMENT
    assert f"a salt of {blind_rsa.SALT} random bytes" in DOCUMENT
    assert f"{sealing.ENCAPSULATED} + `plaintext_bytes` + {sealing.TAG}" in DOCUMENT
    assert f"`{sealing._info('').decode()}`" in DOCUMENT
