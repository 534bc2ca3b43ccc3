"""The conditions of a questionnaire as a reader understands them: in words, with the numbers of its questions."""

from collections.abc import Callable, Mapping

from analysis.codebook import All, Any, Condition, Not, Test
from surveyapp import templating
from surveyapp.questionnaire.conditions import ANSWERED
from surveyapp.questionnaire.model import Questionnaire, options

Say = Callable[[str], str]


class ConditionWords:
    """Writes the conditions of one questionnaire in one language."""

    def __init__(self, questionnaire: Questionnaire, language: str) -> None:
        self._language = language
        self._say: Say = templating.catalogue(language).gettext
        self._questions = {
            question.id: (number, question) for number, question in enumerate(questionnaire.questions, 1)
        }

    def of(self, condition: Condition | None) -> str:
        """Return *condition* in words; nothing where there is none."""
        return "" if condition is None else self._words(condition, inside=False)

    def _words(self, condition: Condition, *, inside: bool) -> str:
        say = self._say
        match condition:
            case All(parts):
                return self._joined(parts, say(" and "), inside=inside)
            case Any(parts):
                return self._joined(parts, say(" or "), inside=inside)
            case Not(Test() as test):
                return self._test(test, _phrases(say)[test.operator][1])
            case Not(part):
                return say("not: (%(condition)s)") % {"condition": self._words(part, inside=False)}
            case Test():
                return self._test(condition, _phrases(say)[condition.operator][0])

    def _joined(self, parts: tuple[Condition, ...], word: str, *, inside: bool) -> str:
        words = word.join(self._words(part, inside=True) for part in parts)
        return f"({words})" if inside and len(parts) > 1 else words

    def _test(self, test: Test, phrase: str) -> str:
        say = self._say
        if test.operator == ANSWERED and not test.values[0]:
            yes, no = _phrases(say)[ANSWERED]
            phrase = no if phrase == yes else yes
        # A question that is asked in later waves only has no number in this one.
        number, question = self._questions.get(test.question, ("-", None))
        labels = {option.code: option.label.into(self._language) for option in options(question)} if question else {}
        quoted = say("“%(words)s”")
        values = [
            quoted % {"words": labels[str(value)]} if str(value) in labels else str(value) for value in test.values
        ]
        return phrase % {"number": number, "id": test.question, "values": say(" or ").join(values)}


def _phrases(say: Say) -> Mapping[str, tuple[str, str]]:
    """Return for every operator what holds where its test does, and where it does not."""
    is_one = (
        say("question %(number)s (%(id)s) is %(values)s"),
        say("question %(number)s (%(id)s) is not %(values)s"),
    )
    return {
        "is": is_one,
        "one_of": is_one,
        "at_least": (
            say("question %(number)s (%(id)s) is at least %(values)s"),
            say("question %(number)s (%(id)s) is not at least %(values)s"),
        ),
        "at_most": (
            say("question %(number)s (%(id)s) is at most %(values)s"),
            say("question %(number)s (%(id)s) is not at most %(values)s"),
        ),
        "includes": (
            say("question %(number)s (%(id)s) includes %(values)s"),
            say("question %(number)s (%(id)s) does not include %(values)s"),
        ),
        ANSWERED: (
            say("question %(number)s (%(id)s) was answered"),
            say("question %(number)s (%(id)s) was not answered"),
        ),
    }
