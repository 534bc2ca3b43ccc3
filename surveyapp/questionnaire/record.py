"""A questionnaire as it is kept with its wave: canonical JSON and its hash."""

from surveyapp import canonical
from surveyapp.questionnaire.model import Questionnaire


def to_json(questionnaire: Questionnaire) -> str:
    """Return the one text of *questionnaire*."""
    return canonical.to_json(questionnaire)


def from_json(text: str) -> Questionnaire:
    """Return the questionnaire in *text*.

    Raises:
        RecordError: `to_json` did not write it.
    """
    return canonical.from_json(text, Questionnaire)


def digest(questionnaire: Questionnaire) -> str:
    """Return the SHA-256 of *questionnaire* in hexadecimal."""
    return canonical.sha256(to_json(questionnaire))
