"""How long a questionnaire takes a reader."""

from typing import Final

from surveyapp.questionnaire.model import Questionnaire
from surveyapp.questionnaire.texts import texts

WORDS_A_MINUTE: Final = 200


def words(questionnaire: Questionnaire, language: str) -> int:
    """Return how many words somebody reads who sees every question."""
    asked = (text for question in questionnaire.questions for _, text in texts(question))
    headings = (text for section in questionnaire.sections for text in (section.title, section.intro) if text)
    whole = (text for text in (questionnaire.title, questionnaire.intro) if text)
    return sum(len(text.into(language).split()) for part in (whole, headings, asked) for text in part)


def minutes(questionnaire: Questionnaire, language: str) -> int:
    """Return the whole minutes that a reader of *language* needs, at least one."""
    return max(1, -(-words(questionnaire, language) // WORDS_A_MINUTE))
