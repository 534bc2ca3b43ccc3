"""Everything that a question says."""

from collections.abc import Iterator

from analysis.codebook import Text
from surveyapp.questionnaire.model import Matrix, Question, Scale, options


def texts(question: Question) -> Iterator[tuple[str, Text]]:
    """Go through all texts of *question* with the key that they stand under."""
    yield "text", question.text
    if question.hint:
        yield "hint", question.hint
    key = "points" if isinstance(question, (Scale, Matrix)) else "options"
    yield from ((key, option.label) for option in options(question))
    if isinstance(question, Matrix):
        yield from (("rows", row.label) for row in question.rows)
