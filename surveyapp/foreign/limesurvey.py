"""A survey of LimeSurvey as questions that can be built here; every type or setting that cannot is named."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from analysis.codebook import Kind
from surveyapp.foreign.expressions import expressionscript
from surveyapp.foreign.found import Asking, Choice, Found, Part, Reference, Words
from surveyapp.foreign.limesurvey_rows import Group, Item, Piece, Survey
from surveyapp.foreign.losses import Losses

SCALE_CLASS: Final = "surveyapp-scale"  # how our own export marks a list as a scale
OTHER_CODE: Final = "-oth-"
_OTHER: Final = {"en": "Other", "de": "Anderes"}
_YES_NO: Final = (("Y", {"en": "Yes", "de": "Ja"}), ("N", {"en": "No", "de": "Nein"}))
_GENDER: Final = (("F", {"en": "Female", "de": "Weiblich"}), ("M", {"en": "Male", "de": "Männlich"}))
_UNCERTAIN: Final = (
    ("N", {"en": "No", "de": "Nein"}),
    ("U", {"en": "Uncertain", "de": "Unsicher"}),
    ("Y", {"en": "Yes", "de": "Ja"}),
)
_INCREASE: Final = (
    ("D", {"en": "Decrease", "de": "Weniger"}),
    ("S", {"en": "Same", "de": "Gleich"}),
    ("I", {"en": "Increase", "de": "Mehr"}),
)
_POINTS: Final = {"5": 5, "A": 5, "B": 10}
_KINDS: Final[Mapping[str, Kind]] = {
    **dict.fromkeys("L!OYG", Kind.SINGLE),
    **dict.fromkeys("MP", Kind.MULTIPLE),
    **dict.fromkeys("STU", Kind.TEXT),
    **dict.fromkeys("FHABCE", Kind.MATRIX),
    "5": Kind.SCALE,
    "N": Kind.NUMBER,
    "R": Kind.RANK,
}
_WITHOUT: Final[Mapping[str, str]] = {
    "D": "there is no kind for dates and times",
    "*": "nothing is calculated here",
    "I": "the language is chosen on every page here",
    "1": "an array with two scales has no counterpart: ask two questions",
    ";": "an array of texts has no counterpart",
    ":": "an array of numbers has no counterpart",
    "K": "several numbers in one question have no counterpart: ask one question each",
    "Q": "several texts in one question have no counterpart: ask one question each",
}
_UPLOAD: Final = "files can tell who somebody is and are never asked for"
_TELLING: Final = {"ipaddr": "Y", "refurl": "Y", "datestamp": "Y", "savetimings": "Y", "anonymized": "N"}
_READ: Final = frozenset({"hidden", "exclude_all_others", "max_answers", "maximum_chars", "other_replace_text"})
_NUMBERS: Final = frozenset({"min_num_value_n", "max_num_value_n", "num_value_int_only"})
# Attributes that decide what can be answered; those of looks and statistics are named once for the whole file.
_DECIDING: Final[Mapping[str, str]] = {
    "array_filter": "its choices depended on other answers: all are offered",
    "array_filter_exclude": "its choices depended on other answers: all are offered",
    "min_answers": "there is no least number of choices",
    "em_validation_q": "what may be answered together is not checked",
    "em_validation_sq": "what may be answered together is not checked",
    "random_order": "choices come in the order of the file",
    "answer_order": "choices come in the order of the file",
    "random_group": "questions come in the order of the file",
    "time_limit": "nobody is hurried: there is no time limit",
    "equals_num_value": "sums are not checked",
}
_UNSET: Final = frozenset({"", "0", "N", "normal"})


def found_in(survey: Survey, losses: Losses) -> Found:
    """Return the questions of *survey*."""
    primary = survey.settings.get("language", "")
    _name_settings(survey, losses)
    _name_attributes(survey, losses)
    parts = tuple(_part(group, survey, losses) for group in survey.groups)
    welcome, description = (survey.texts.get(f"surveyls_{name}", {}) for name in ("welcometext", "description"))
    intro = welcome if any(welcome.values()) else description
    if any(welcome.values()) and any(description.values()):
        losses.left_out(
            "survey", "description", f"the welcome is the introduction: “{next(iter(description.values()))}”"
        )
    return Found(
        name=next((text for text in survey.texts.get("surveyls_title", {}).values() if text), ""),
        title=survey.texts.get("surveyls_title", {}),
        intro=intro,
        parts=parts,
        parse=expressionscript,
        primary=primary,
        references=dict(_references(survey)),
    )


def _references(survey: Survey) -> Iterator[tuple[str, Reference]]:
    items = [item for group in survey.groups for item in group.items]
    for item in items:
        for name in (item.title, *item.aliases):
            yield name, Reference(item.title)
            if item.type in "MP":
                for _, code in (*item.pieces, ("0", "other")):
                    separator = "" if "X" in name and name[0].isdecimal() else "_"
                    choice = OTHER_CODE if code == "other" and item.other == "Y" else code
                    yield f"{name}{separator}{code}", Reference(item.title, choice)


# --------------------------------------------------------------------------- the whole survey


def _name_settings(survey: Survey, losses: Losses) -> None:
    for name, value in _TELLING.items():
        if survey.settings.get(name) == value:
            losses.refused("survey", f"{name} = {value}", "it would tell who somebody is, and when and where")
    others = [name for name, value in survey.settings.items() if value and name not in {*_TELLING, "language"}]
    others = [name for name in others if name not in {"sid", "additional_languages", "active", "gsid"}]
    if others:
        losses.left_out("survey", f"{len(others)} settings", f"of another program: {', '.join(others)}")
    read = {"surveyls_title", "surveyls_welcometext", "surveyls_description", "surveyls_language", "surveyls_survey_id"}
    texts = [name for name, words in survey.texts.items() if name not in read and any(words.values())]
    if texts:
        losses.left_out("survey", f"{len(texts)} texts", f"mails and pages have their own words: {', '.join(texts)}")
    for name, count in survey.further.items():
        losses.left_out("survey", name, f"{count} rows of another program's settings")


def _name_attributes(survey: Survey, losses: Losses) -> None:
    others: dict[str, int] = {}
    for item in (item for group in survey.groups for item in group.items):
        read = _READ | _NUMBERS if item.type == "N" else _READ
        for name, values in item.attributes.items():
            value = next((value for value in values.values() if value), "")
            if value in _UNSET or name in read or (name == "cssclass" and value == SCALE_CLASS):
                continue
            if name in _DECIDING:
                losses.left_out(item.place, f"{item.title}, {name} = {value}", _DECIDING[name])
            else:
                others[name] = others.get(name, 0) + 1
    if others:
        names = ", ".join(f"{name} ({count})" for name, count in sorted(others.items()))
        losses.left_out("survey", f"{len(others)} attributes", f"of look, statistics and checks elsewhere: {names}")


# --------------------------------------------------------------------------- groups and questions


def _part(group: Group, survey: Survey, losses: Losses) -> Part:
    questions: list[Asking] = []
    intro: Words = group.description
    for item in group.items:
        if item.type == "X":
            if questions or any(intro.values()) or _applies(item.relevance):
                text = next(iter(item.text.values()), "")
                losses.left_out(item.place, item.title, f"a text between questions has no place here: “{text}”")
            else:
                intro = item.text
                losses.changed(item.place, item.title, "the text became the introduction of its section")
        elif (asking := _asking(item, group, survey, losses)) is not None:
            questions.append(asking)
    name = next((name for name in group.name.values() if name), group.place)
    return Part(name, group.place, group.name, intro, tuple(questions))


def _applies(relevance: str) -> bool:
    return relevance.strip() not in {"", "1"}


def _asking(item: Item, group: Group, survey: Survey, losses: Losses) -> Asking | None:
    if item.type == "|":
        losses.refused(item.place, item.title, _UPLOAD)
        return None
    kind = _KINDS.get(item.type)
    if kind is None:
        losses.left_out(item.place, item.title, _WITHOUT.get(item.type, f"there is no kind like {item.type}"))
        return None
    if _attribute(item, "hidden") == "1":
        losses.left_out(item.place, item.title, "it was hidden from everybody")
        return None
    if item.title in survey.conditions and not _applies(item.relevance):
        losses.left_out(
            item.place, item.title, "its condition is of an old kind: open it once in LimeSurvey, export again"
        )
        return None
    if kind is Kind.SINGLE and SCALE_CLASS in _attribute(item, "cssclass"):
        kind = Kind.SCALE
    _name_rest(item, losses)
    minimum, maximum = _bounds(item, kind, losses)
    conditions = tuple(text for text in (group.relevance, item.relevance) if _applies(text))
    return Asking(
        name=item.title,
        place=item.place,
        kind=kind,
        text=item.text,
        hint=item.help,
        required=item.mandatory == "Y",
        choices=_choices(item, kind, losses),
        rows=tuple(map(_choice, item.pieces.values())) if kind is Kind.MATRIX else (),
        minimum=minimum,
        maximum=maximum,
        conditions=conditions,
    )


def _name_rest(item: Item, losses: Losses) -> None:
    if item.mandatory == "S":
        losses.changed(item.place, item.title, "it is not required: it only asked once more")
    if item.validation:
        losses.left_out(item.place, item.title, f"answers are not compared with the pattern {item.validation}")
    if item.default:
        losses.left_out(item.place, item.title, f"nothing is filled in before: {item.default}")
    if item.type in "OP":
        losses.left_out(item.place, item.title, "there is no field for a comment beside the choices")
    for piece in item.pieces.values():
        if _applies(piece.relevance):
            reason = f"it was offered if {piece.relevance}: it always is"
            losses.changed(item.place, f"{item.title}, choice {piece.code}", reason)


def _attribute(item: Item, name: str) -> str:
    return next((value for value in item.attributes.get(name, {}).values() if value), "")


def _choice(piece: Piece) -> Choice:
    return Choice(piece.code, piece.text)


def _fixed(choices: tuple[tuple[str, Mapping[str, str]], ...]) -> tuple[Choice, ...]:
    return tuple(Choice(code, words) for code, words in choices)


def _numbered(item: Item) -> tuple[Choice, ...]:
    languages = tuple(item.text)
    return tuple(Choice(str(point), dict.fromkeys(languages, str(point))) for point in range(1, _POINTS[item.type] + 1))


def _answers(item: Item) -> tuple[Choice, ...]:
    return tuple(_choice(piece) for piece in item.answers.values() if piece.scale == "0")


def _pieces(item: Item) -> tuple[Choice, ...]:
    alone = set(_attribute(item, "exclude_all_others").split(";"))
    return tuple(Choice(piece.code, piece.text, exclusive=piece.code in alone) for piece in item.pieces.values())


_CHOICES: Final[Mapping[str, Callable[[Item], tuple[Choice, ...]]]] = {
    **dict.fromkeys("L!OFH", _answers),
    **dict.fromkeys("MP", _pieces),
    **dict.fromkeys("5AB", _numbered),
    "Y": lambda _: _fixed(_YES_NO),
    "G": lambda _: _fixed(_GENDER),
    "C": lambda _: _fixed(_UNCERTAIN),
    "E": lambda _: _fixed(_INCREASE),
    # Before version 6 the choices of a ranking are answers, since then subquestions.
    "R": lambda item: _answers(item) or _pieces(item),
}


def _choices(item: Item, kind: Kind, losses: Losses) -> tuple[Choice, ...]:
    choices = _CHOICES[item.type](item) if item.type in _CHOICES else ()
    if item.other == "Y" and kind in {Kind.SINGLE, Kind.MULTIPLE} and item.type in "L!OMP":
        losses.changed(item.place, item.title, "“Other” is a choice without a field for words")
        words = {language: text for language, text in item.attributes.get("other_replace_text", {}).items() if text}
        # TSV keeps no language of an attribute that is the same in all.
        choices = (*choices, Choice(OTHER_CODE, words if words and "" not in words else _OTHER))
    return choices


def _bounds(item: Item, kind: Kind, losses: Losses) -> tuple[int | None, int | None]:
    if kind is Kind.NUMBER:
        if _attribute(item, "num_value_int_only") != "1":
            losses.changed(item.place, item.title, "only whole numbers can be answered")
        return _limit(item, "min_num_value_n", losses), _limit(item, "max_num_value_n", losses)
    name = {Kind.TEXT: "maximum_chars", Kind.MULTIPLE: "max_answers", Kind.RANK: "max_answers"}.get(kind)
    return None, _limit(item, name, losses) if name else None


def _limit(item: Item, name: str, losses: Losses) -> int | None:
    value = _attribute(item, name).strip()
    if not value:
        return None
    if value.removeprefix("-").isdecimal() and len(value) < 12:  # noqa: PLR2004  # no such limit
        return int(value)
    losses.left_out(item.place, item.title, f"the limit {name} = {value} is no whole number")
    return None
