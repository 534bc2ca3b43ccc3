"""A SurveyJS form (JSON) as questions that can be built here; every element or property that cannot is named."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from analysis.codebook import Kind
from surveyapp.errors import InputError
from surveyapp.foreign.expressions import surveyjs
from surveyapp.foreign.found import Asking, Choice, Found, Part, Words
from surveyapp.foreign.losses import Losses

Element = Mapping[str, Any]

NESTED: Final = 12  # panels in panels
DEPTH_LIMIT: Final = 40  # levels below which no text of a question stands
_KINDS: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(("radiogroup", "dropdown", "buttongroup", "imagepicker", "boolean"), Kind.SINGLE),
    **dict.fromkeys(("checkbox", "tagbox"), Kind.MULTIPLE),
    **dict.fromkeys(("text", "comment"), Kind.TEXT),
    "rating": Kind.SCALE,
    "matrix": Kind.MATRIX,
    "ranking": Kind.RANK,
    "slider": Kind.NUMBER,
}
_TOLD: Final = "it would tell who somebody is: pictures, files and signatures are never asked for"
_REFUSED: Final = {"file": _TOLD, "signaturepad": _TOLD, "microphone": _TOLD}
_WITHOUT: Final = {
    "expression": "nothing is calculated here",
    "image": "pictures have no place here",
    "matrixdropdown": "a table of different questions has no counterpart: ask one question each",
    "matrixdynamic": "a table that grows has no counterpart",
    "multipletext": "several texts in one question have no counterpart: ask one question each",
    "paneldynamic": "questions cannot be repeated",
}
_NUMERIC: Final = frozenset({"number", "range"})
_TELLING: Final = frozenset({"email", "tel", "url", "password"})
_READ: Final = frozenset(
    (
        *("type", "name", "title", "description", "isRequired", "visibleIf", "choices", "rows", "columns", "inputType"),
        *("min", "max", "maxLength", "maxSelectedChoices", "rateMin", "rateMax", "rateStep", "rateCount", "rateValues"),
        *("minRateDescription", "maxRateDescription", "labelTrue", "labelFalse", "elements", "questions", "html"),
        *("hasOther", "showOtherItem", "otherText", "hasNone", "showNoneItem", "noneText", "valueTrue", "valueFalse"),
        *("visible", "multiSelect", "validators", "choicesByUrl", "choicesFromQuestion", "autoGenerate", "step"),
    )
)
_OLD: Final = {"mininumRateDescription": "minRateDescription", "maximumRateDescription": "maxRateDescription"}
_DECIDING: Final = {
    "requiredIf": "it is not required: that depended on other answers",
    "enableIf": "every question can be answered",
    "choicesVisibleIf": "all choices are offered",
    "choicesEnableIf": "all choices are offered",
    "defaultValue": "nothing is filled in before somebody answers",
    "defaultValueExpression": "nothing is filled in before somebody answers",
    "hasComment": "there is no field for a comment beside the choices",
    "showCommentArea": "there is no field for a comment beside the choices",
    "minSelectedChoices": "there is no least number of choices",
    "choicesOrder": "choices come in the order of the file",
    "maxTimeToFinish": "nobody is hurried: there is no time limit",
    "setValueIf": "nothing is calculated here",
    "readOnly": "every question can be answered",
}
_NOTHING: Final[tuple[object, ...]] = (None, "", False, [], {})
_WORDS: Final = {
    "other": {"en": "Other", "de": "Anderes"},
    "none": {"en": "None", "de": "Nichts davon"},
    "true": {"en": "Yes", "de": "Ja"},
    "false": {"en": "No", "de": "Nein"},
}


def read_surveyjs(text: str, file: str, losses: Losses) -> Found:
    """Return the questions of the form in *text*, called *file* in problems.

    Raises:
        InputError: it is no JSON, or no form.
    """
    form = _parsed(text, file)
    pages = form.get("pages")
    if pages is None and ("elements" in form or "questions" in form):
        pages = [{"name": "main", **{key: form[key] for key in ("elements", "questions") if key in form}}]
    if not isinstance(pages, list):
        raise InputError(
            f"{file}: a SurveyJS form has `pages` or `elements`, this file has: {', '.join(form) or 'none'}"
        )
    locale = _code(form.get("locale") or "")
    # Where the language of the form has texts of its own, the texts without a language are in another one.
    reader = _Form(losses, "" if _translates(form, locale) else locale)
    parts = tuple(reader.part(page, number) for number, page in enumerate(_mappings(pages), start=1))
    read = {
        "pages",
        "title",
        "description",
        "locale",
        "name",
        *(("elements", "questions") if "pages" not in form else ()),
    }
    others = [key for key, value in form.items() if key not in read and value not in _NOTHING]
    if others:
        losses.left_out("form", f"{len(others)} settings", f"of another program: {', '.join(others)}")
    reader.name_the_rest()
    title = reader.words(form.get("title"))
    name = _code(form.get("name") or "") or next(iter(title.values()), "")
    return Found(name, title, reader.words(form.get("description")), parts, surveyjs, reader.primary)


def _parsed(text: str, file: str) -> Element:
    def refuse(word: str) -> float:
        raise InputError(f"{file}: {word} is no value of JSON")

    try:
        form = json.loads(text, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise InputError(f"{file}:{error.lineno}:{error.colno}: this is no JSON: {error.msg}") from None
    except (RecursionError, ValueError):
        raise InputError(f"{file}: this JSON is nested too deeply or has numbers that are too long") from None
    if not isinstance(form, dict):
        raise InputError(f"{file}: a SurveyJS form is an object with `pages` or `elements`")
    return form


def _translates(value: object, locale: str, depth: int = 0) -> bool:
    """True if a text below *value* is written in a language of its own beside *locale*."""
    if depth > DEPTH_LIMIT:
        return False
    if isinstance(value, dict):
        own = "default" in value and locale in value
        return own or any(_translates(one, locale, depth + 1) for one in value.values())
    return isinstance(value, list) and any(_translates(one, locale, depth + 1) for one in value)


def _mappings(values: object) -> Iterator[Element]:
    return (value for value in values if isinstance(value, dict)) if isinstance(values, list) else iter(())


def _whole(value: object) -> int | None:
    """Return *value* if it is a whole number that a question can have."""
    if isinstance(value, str) and value.removeprefix("-").isdecimal() and len(value) < 12:  # noqa: PLR2004  # no limit
        return int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -1e12 < value < 1e12:  # noqa: PLR2004
        return None
    return int(value) if value == int(value) else None


def _code(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return "…"
    if isinstance(value, float) and value == value and abs(value) < 1e12 and value == int(value):  # noqa: PLR0124, PLR2004
        return str(int(value))
    return value if isinstance(value, str) else str(value)


class _Form:
    """Goes through pages and panels; knows the language of texts that name none, and what nobody read."""

    def __init__(self, losses: Losses, locale: str) -> None:
        self._losses = losses
        self.primary = locale
        self._unread: dict[str, int] = {}

    def part(self, page: Element, number: int) -> Part:
        """Return a page as a section; panels lend it their questions."""
        name = _code(page.get("name") or f"page {number}")
        place = f"page {number}"
        shown = self._conditions(page)
        questions: list[Asking] = []
        intro = dict(self.words(page.get("description")))
        for element, conditions in self._elements(page, shown, 0):
            if element.get("type") == "html":
                text = self.words(element.get("html"))
                self._html(element, text, place, intro, conditions or questions)
            elif (asking := self._asking(element, place, conditions)) is not None:
                questions.append(asking)
        self._count(page, "page")
        return Part(name, place, self.words(page.get("title")), intro, tuple(questions))

    def _html(self, element: Element, text: Words, place: str, intro: dict[str, str], before: Sequence[object]) -> None:
        name = _code(element.get("name") or "html")
        if intro or before:
            words = next(iter(text.values()), "")
            self._losses.left_out(place, name, f"a text between questions has no place here: “{words}”")
        else:
            intro.update(text)
            self._losses.changed(place, name, "the text became the introduction of its section")

    def _elements(
        self, holder: Element, shown: tuple[str, ...], depth: int
    ) -> Iterator[tuple[Element, tuple[str, ...]]]:
        for element in _mappings(holder.get("elements") or holder.get("questions")):
            conditions = (*shown, *self._conditions(element))
            name = _code(element.get("name") or "panel")
            if element.get("type") != "panel":
                yield {_OLD.get(key, key): value for key, value in element.items()}, conditions
            elif depth >= NESTED or element.get("visible") is False:
                reason = "it is hidden" if depth < NESTED else f"panels are nested more than {NESTED} levels deep"
                self._losses.left_out("panel", name, reason)
            else:
                title = next(
                    iter((self.words(element.get("title")) | self.words(element.get("description"))).values()), ""
                )
                reason = f"its questions stand in the section, its title is gone: “{title}”" if title else "it is gone"
                self._losses.changed("panel", name, reason)
                self._count(element, "panel")
                yield from self._elements(element, conditions, depth + 1)

    def _conditions(self, element: Element) -> tuple[str, ...]:
        condition = element.get("visibleIf")
        return (condition,) if isinstance(condition, str) and condition.strip() else ()

    # ------------------------------------------------------------------ texts

    def words(self, value: object) -> dict[str, str]:
        """Return a text by language; `default` is the language of the form."""
        if isinstance(value, str):
            return {self.primary: value} if value.strip() else {}
        if not isinstance(value, dict):
            return {}
        texts = {str(name): text for name, text in value.items() if isinstance(text, str) and text.strip()}
        return {self.primary if name == "default" else name: text for name, text in texts.items()}

    # ------------------------------------------------------------------ questions

    def _asking(self, element: Element, page: str, conditions: tuple[str, ...]) -> Asking | None:
        name = _code(element.get("name") or "question")
        place = f"{page}, {name}"
        kind = self._kind(element, place, name)
        if kind is None:
            return None
        if element.get("visible") is False and not self._conditions(element):
            self._losses.left_out(place, name, "it was hidden from everybody")
            return None
        self._name_rest(element, place, name)
        kind, choices = self._choices(element, kind)
        minimum, maximum = self._bounds(element, kind, place, name)
        if "choicesByUrl" in element or "choicesFromQuestion" in element:
            self._losses.left_out(place, name, "its choices come from elsewhere: write them down")
            return None
        return Asking(
            name=name,
            place=place,
            kind=kind,
            text=self.words(element.get("title")),
            hint=self._hint(element, kind),
            required=element.get("isRequired") is True,
            choices=choices,
            rows=self._items(element.get("rows")) if kind is Kind.MATRIX else (),
            minimum=minimum,
            maximum=maximum,
            conditions=conditions,
        )

    def _kind(self, element: Element, place: str, name: str) -> Kind | None:
        written = _code(element.get("type") or "text")
        if written in _REFUSED:
            self._losses.refused(place, name, _REFUSED[written])
            return None
        entered = _code(element.get("inputType") or "text")
        if written == "text" and entered in _TELLING:
            self._losses.refused(place, name, f"it would tell who somebody is: {entered}")
            return None
        if written == "text" and entered in _NUMERIC:
            return Kind.NUMBER
        if written == "text" and entered != "text":
            self._losses.left_out(place, name, f"there is no kind for {entered}")
            return None
        kind = _KINDS.get(written)
        if kind is None:
            self._losses.left_out(place, name, _WITHOUT.get(written, f"there is no kind like {written}"))
        return Kind.MULTIPLE if written == "imagepicker" and element.get("multiSelect") is True else kind

    def _name_rest(self, element: Element, place: str, name: str) -> None:
        for key, value in element.items():
            if key in _DECIDING and value not in _NOTHING:
                self._losses.left_out(place, f"{name}, {key} = {_code(value)}", _DECIDING[key])
        for validator in _mappings(element.get("validators")):
            if _code(validator.get("type")) not in {"numeric", "text"} or set(validator) - _VALIDATED:
                self._losses.left_out(place, name, f"answers are not checked: {_code(validator.get('type'))}")
        self._count(element, "")

    def _count(self, element: Element, what: str) -> None:
        for key, value in element.items():
            if key not in _READ and key not in _DECIDING and value not in _NOTHING:
                label = f"{what} {key}".strip()
                self._unread[label] = self._unread.get(label, 0) + 1

    def name_the_rest(self) -> None:
        """Note the properties that decide nothing about the answers, once for the whole form."""
        if self._unread:
            names = ", ".join(f"{key} ({count})" for key, count in sorted(self._unread.items()))
            self._losses.left_out(
                "form", f"{len(self._unread)} properties", f"of look and behaviour elsewhere: {names}"
            )

    def _hint(self, element: Element, kind: Kind) -> Words:
        hint = self.words(element.get("description"))
        ends = [self.words(element.get(key)) for key in ("minRateDescription", "maxRateDescription")]
        if kind is not Kind.NUMBER or not any(ends):
            return hint
        languages = dict.fromkeys(language for words in (hint, *ends) for language in words)
        return {
            language: ", ".join(words[language] for words in (hint, *ends) if language in words)
            for language in languages
        }

    # ------------------------------------------------------------------ choices and limits

    def _items(self, values: object) -> tuple[Choice, ...]:
        found = []
        for value in values if isinstance(values, list) else ():
            if isinstance(value, dict):
                code = _code(value.get("value", value.get("name", value.get("text", ""))))
                text = self.words(value.get("text") or value.get("title"))
            else:
                # "value|text" is the oldest way of writing both.
                code, _, words = _code(value).partition("|")
                text = {self.primary: words} if words else {}
            # Without a text the value itself is shown.
            found.append(Choice(code, text or {self.primary: code}))
        return tuple(found)

    def _choices(self, element: Element, kind: Kind) -> tuple[Kind, tuple[Choice, ...]]:
        if element.get("type") == "boolean":
            return kind, self._boolean(element)
        if kind is Kind.SCALE:
            return self._rating(element)
        if kind is Kind.MATRIX:
            return kind, self._items(element.get("columns"))
        if kind not in {Kind.SINGLE, Kind.MULTIPLE, Kind.RANK}:
            return kind, ()
        choices = list(self._items(element.get("choices")))
        for item, keys in (("none", ("hasNone", "showNoneItem")), ("other", ("hasOther", "showOtherItem"))):
            if any(element.get(key) is True for key in keys):
                words = self.words(element.get(f"{item}Text")) or _WORDS[item]
                choices.append(Choice(item, words, exclusive=item == "none" and kind is Kind.MULTIPLE))
                if item == "other":
                    name = _code(element.get("name"))
                    self._losses.changed(name, name, "“Other” is a choice without a field for words")
        return kind, tuple(choices)

    def _boolean(self, element: Element) -> tuple[Choice, ...]:
        return tuple(
            Choice(
                _code(element.get(f"value{which.capitalize()}", which)),
                self.words(element.get(f"label{which.capitalize()}")) or _WORDS[which],
            )
            for which in ("true", "false")
        )

    def _rating(self, element: Element) -> tuple[Kind, tuple[Choice, ...]]:
        """Return the points of a rating; one that does not begin at 1 is a number."""
        if isinstance(element.get("rateValues"), list) and element["rateValues"]:
            return Kind.SCALE, self._ends(element, list(self._items(element["rateValues"])))
        low = _whole(element.get("rateMin", 1))
        step = _whole(element.get("rateStep", 1))
        usual = (low or 0) + (_whole(element.get("rateCount")) or 5) - 1
        high = _whole(element.get("rateMax", usual))
        if low != 1 or step != 1 or high is None or high > 11:  # noqa: PLR2004  # points of a scale
            return Kind.NUMBER, ()
        points = [Choice(str(point), {self.primary: str(point)}) for point in range(1, high + 1)]
        return Kind.SCALE, self._ends(element, points)

    def _ends(self, element: Element, points: list[Choice]) -> tuple[Choice, ...]:
        for place, key in ((0, "minRateDescription"), (-1, "maxRateDescription")):
            words = self.words(element.get(key))
            if words and points:
                plain = points[place]
                first = next(iter(plain.label.values()))
                label = {language: f"{plain.label.get(language, first)} ({text})" for language, text in words.items()}
                points[place] = Choice(plain.code, {**plain.label, **label})
        return tuple(points)

    def _bounds(self, element: Element, kind: Kind, place: str, name: str) -> tuple[int | None, int | None]:
        if kind is Kind.TEXT:
            limits = [_whole(one.get("maxLength")) for one in _mappings(element.get("validators"))]
            known = [limit for limit in (*limits, _whole(element.get("maxLength"))) if limit and limit > 0]
            return None, min(known, default=None)
        if kind is Kind.MULTIPLE:
            return None, _whole(element.get("maxSelectedChoices"))
        if kind is not Kind.NUMBER:
            return None, None
        if element.get("type") == "rating":
            step = _whole(element.get("rateStep", 1))
            if step != 1:
                self._losses.changed(place, name, "every whole number can be answered, not only some steps")
            low = _whole(element.get("rateMin", 1))
            return low, _whole(element.get("rateMax", (low or 0) + (_whole(element.get("rateCount")) or 5) - 1))
        self._losses.changed(place, name, "only whole numbers can be answered")
        usual = (0, 100) if element.get("type") == "slider" else (None, None)
        checks = [one for one in _mappings(element.get("validators")) if one.get("type") == "numeric"]
        edges = []
        for key, check, fallback in (("min", "minValue", usual[0]), ("max", "maxValue", usual[1])):
            written = [element.get(key), *(one.get(check) for one in checks)]
            numbers = [number for value in written if (number := _whole(value)) is not None]
            if not numbers and any(value is not None for value in written):
                self._losses.left_out(place, name, f"the limit {key} = {_code(written[0])} is no whole number")
            edges.append(numbers[0] if numbers else fallback)
        return edges[0], edges[1]


_VALIDATED: Final = frozenset({"type", "text", "minValue", "maxValue", "maxLength"})
