"""The conditions of other programs that can be told in ours: XPath of XLSForm, ExpressionScript, SurveyJS."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from surveyapp.errors import SurveyError

LENGTH_LIMIT: Final = 4_000  # characters
DEPTH_LIMIT: Final = 8
Literal = str | float | bool


class UntranslatableError(SurveyError):
    """A condition that ours cannot express; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Compare:
    """The answer to *name* compares to *value*; *operator* is one of = != < <= > >=."""

    name: str
    operator: str
    value: Literal


@dataclass(frozen=True, slots=True)
class Picked:
    """One of *codes* was chosen at *name*."""

    name: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """*name* has an answer."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """Always true, or never."""

    value: bool


@dataclass(frozen=True, slots=True)
class Both:
    """All parts are true."""

    parts: tuple["Formula", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of the parts is true."""

    parts: tuple["Formula", ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """The part is not true."""

    part: "Formula"


@dataclass(frozen=True, slots=True)
class Shown:
    """The part is true, and *names* were shown: LimeSurvey's rule for names without .NAOK."""

    part: "Formula"
    names: tuple[str, ...]


Formula = Compare | Picked | Filled | Constant | Both | Either | Negated | Shown


@dataclass(frozen=True, slots=True)
class _Name:
    text: str


@dataclass(frozen=True, slots=True)
class _Call:
    name: str
    arguments: tuple["_Operand", ...]


@dataclass(frozen=True, slots=True)
class _Several:
    values: tuple[Literal, ...]


_Operand = _Name | _Call | _Several | str | float | bool


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one program writes conditions: what a name looks like, and which words are operators."""

    names: str  # a pattern with one group
    operators: Mapping[str, str]
    calls: frozenset[str]
    words: Mapping[str, bool] = field(default_factory=dict)  # words for true and false
    after: frozenset[str] = frozenset()  # operators behind a name, without a value

    def tokens(self) -> "re.Pattern[str]":
        """Return what splits a condition into its words."""
        return re.compile(
            r"\s*(?:(?P<string>'[^']*'|\"[^\"]*\")|"
            rf"(?P<name>{self.names})|"
            r"(?P<number>-?[0-9]+(?:\.[0-9]+)?(?![\w.]))|"
            r"(?P<sign>&&|\|\||<>|!=|==|<=|>=|\*=|[-=<>!(),\[\]])|"
            r"(?P<word>[A-Za-z_][\w-]*))\s*"
        )


_SIGNS: Final = {"=": "=", "==": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_LOGIC: Final = {"and": "and", "or": "or", "&&": "and", "||": "or", "!": "not"}
XPATH: Final = Dialect(
    # ${name}, ../name or /form/group/name
    r"(?P<brace>\$\{\s*)?(?(brace)|(?:(?:\.\./)+|(?:/[\w.-]+)*/))(?P<inner>[\w.-]+)(?(brace)\s*\})",
    _SIGNS | {"and": "and", "or": "or"},
    frozenset({"selected", "not", "true", "false", "count-selected", "string-length"}),
)
EXPRESSIONSCRIPT: Final = Dialect(
    r"(?P<inner>(?:[0-9]+X[0-9]+X\w+|(?!(?:and|or|eq|ne|lt|le|gt|ge|AND|OR|is_empty|intval|true|false)\b)[A-Za-z]\w*)"
    r"(?:\.(?:NAOK|code|value|shown))*)(?!\w|\s*\()",
    _SIGNS | _LOGIC | {"AND": "and", "OR": "or", "eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="},
    frozenset({"is_empty", "intval"}),
    {"true": True, "false": False},
)
SURVEYJS: Final = Dialect(
    r"\{(?P<inner>[^{}]+)\}",
    _SIGNS
    | _LOGIC
    | {"equal": "=", "notequal": "!=", "less": "<", "lessorequal": "<=", "greater": ">", "greaterorequal": ">="}
    | {"contains": "contains", "contain": "contains", "*=": "contains", "anyof": "contains"}
    | {"notcontains": "lacks", "notcontain": "lacks", "noneof": "lacks", "allof": "all"}
    | {"empty": "empty", "notempty": "notempty", "negate": "not"},
    frozenset(),
    {"true": True, "false": False},
    frozenset({"empty", "notempty"}),
)


def xpath(text: str) -> Formula:
    """Read a `relevant` of XLSForm.

    Raises:
        UntranslatableError: it says more than conditions here can.
    """
    return _Parser(text, XPATH).formula()


def expressionscript(text: str) -> Formula:
    """Read a relevance equation of LimeSurvey; without .NAOK a hidden question makes it false.

    Raises:
        UntranslatableError: it says more than conditions here can.
    """
    text = text.strip().removeprefix("{").removesuffix("}")
    parser = _Parser(text, EXPRESSIONSCRIPT)
    formula = parser.formula()
    strict = tuple(dict.fromkeys(name.partition(".")[0] for name in parser.names if ".NAOK" not in name))
    return Shown(formula, strict) if strict and not met_by_answers(formula) else formula


def surveyjs(text: str) -> Formula:
    """Read a `visibleIf` of SurveyJS.

    Raises:
        UntranslatableError: it says more than conditions here can.
    """
    return _Parser(text, SURVEYJS).formula()


def negated(formula: Formula) -> Formula:
    """Return the contrary of *formula*."""
    return formula.part if isinstance(formula, Negated) else Negated(formula)


def met_by_answers(formula: Formula) -> bool:
    """True if hidden questions make it false by themselves."""
    match formula:
        case Both(parts):
            return all(map(met_by_answers, parts))
        case Compare(_, operator, value):
            return operator != "!=" and value != ""
        case Picked() | Filled():
            return True
        case _:
            return False


class _Parser:
    """Reads one condition by descent; what it does not know is untranslatable."""

    def __init__(self, text: str, dialect: Dialect) -> None:
        if len(text) > LENGTH_LIMIT:
            raise UntranslatableError(f"the condition is longer than {LENGTH_LIMIT} characters")
        self._dialect = dialect
        self._tokens = _split(text, dialect)
        self._at = 0
        self.names: list[str] = []

    def formula(self) -> Formula:
        """Read all of it."""
        found = self._either(0)
        if self._at < len(self._tokens):
            raise UntranslatableError(f"“{self._tokens[self._at][1]}” was not expected")
        return found

    # ------------------------------------------------------------------ tokens

    def _next(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "the end")

    def _take(self) -> tuple[str, str]:
        token = self._next()
        self._at += 1
        return token

    def _operator(self) -> str:
        kind, text = self._next()
        if kind not in {"sign", "word"}:
            return ""
        return self._dialect.operators.get(text, self._dialect.operators.get(text.lower(), ""))

    def _expect(self, sign: str) -> None:
        kind, text = self._take()
        if (kind, text) != ("sign", sign):
            raise UntranslatableError(f"“{sign}” was expected before “{text}”")

    # ------------------------------------------------------------------ and, or, not

    def _either(self, depth: int) -> Formula:
        if depth > DEPTH_LIMIT:
            raise UntranslatableError("the condition is nested too deeply")
        parts = [self._both(depth)]
        while self._operator() == "or":
            self._take()
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self, depth: int) -> Formula:
        parts = [self._single(depth)]
        while self._operator() == "and":
            self._take()
            parts.append(self._single(depth))
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _single(self, depth: int) -> Formula:
        if self._operator() == "not":
            self._take()
            if depth > DEPTH_LIMIT:
                raise UntranslatableError("the condition is nested too deeply")
            return negated(self._single(depth + 1))
        kind, text = self._next()
        if (kind, text) == ("sign", "("):
            self._take()
            inner = self._either(depth + 1)
            self._expect(")")
            return inner
        if kind == "word" and text == "not" and "not" in self._dialect.calls:
            self._take()
            self._expect("(")
            inner = self._either(depth + 1)
            self._expect(")")
            return negated(inner)
        return self._comparison()

    # ------------------------------------------------------------------ one comparison

    def _comparison(self) -> Formula:
        left = self._operand(0)
        operator = self._operator()
        if operator in self._dialect.after:
            self._take()
            return _filled(left) if operator == "notempty" else negated(_filled(left))
        if operator in _COMPARING:
            self._take()
            return _compared(left, operator, self._operand(0))
        if operator in _CHOOSING:
            self._take()
            return _CHOOSING[operator](left, self._operand(0))
        return _alone(left)

    def _operand(self, depth: int) -> _Operand:
        kind, text = self._take()
        if kind == "string":
            return text[1:-1]
        if kind == "number":
            return float(text)
        if kind == "name":
            self.names.append(text)
            return _Name(text.partition(".")[0] if self._dialect is EXPRESSIONSCRIPT else text.strip())
        if (kind, text) == ("sign", "["):
            return self._listing()
        if kind == "word" and text in self._dialect.words:
            return self._dialect.words[text]
        if kind == "word" and text in self._dialect.calls and depth < DEPTH_LIMIT:
            return self._call(text, depth)
        raise UntranslatableError(f"“{text}” has no counterpart here")

    def _listing(self) -> _Several:
        values: list[Literal] = []
        while self._next() != ("sign", "]"):
            value = self._operand(0)
            if not isinstance(value, (str, float)):
                raise UntranslatableError("a list of other things than values has no counterpart here")
            values.append(value)
            if self._next() == ("sign", ","):
                self._take()
        self._take()
        return _Several(tuple(values))

    def _call(self, name: str, depth: int) -> _Call:
        self._expect("(")
        arguments: list[_Operand] = []
        while self._next() != ("sign", ")"):
            arguments.append(self._operand(depth + 1))
            if self._next() == ("sign", ","):
                self._take()
        self._take()
        return _Call(name, tuple(arguments))


def _split(text: str, dialect: Dialect) -> list[tuple[str, str]]:
    pattern = dialect.tokens()
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        found = pattern.match(text, at)
        if not found or found.end() == at:
            raise UntranslatableError(f"“{text[at : at + 20]}” has no counterpart here")
        kind = str(found.lastgroup)
        tokens.append((kind, found["inner" if kind == "name" else kind]))
        at = found.end()
    return tokens


def _named(operand: _Operand) -> str:
    if isinstance(operand, _Call) and operand.name == "intval" and len(operand.arguments) == 1:
        return _named(operand.arguments[0])
    if not isinstance(operand, _Name):
        raise UntranslatableError("a comparison that does not begin with a question has no counterpart here")
    return operand.text


def _filled(operand: _Operand) -> Formula:
    return Filled(_named(operand))


def _compared(left: _Operand, operator: str, right: _Operand) -> Formula:
    if isinstance(left, (str, float, bool)):
        left, operator, right = right, _MIRRORED[operator], left
    if isinstance(left, _Call) and left.name in {"count-selected", "string-length"} and len(left.arguments) == 1:
        return _counted(left, operator, right)
    if not isinstance(right, (str, float, bool)):
        raise UntranslatableError("two questions cannot be compared with each other here")
    return Compare(_named(left), operator, right)


def _counted(call: _Call, operator: str, right: _Operand) -> Formula:
    """Read how many were chosen, or how long a text is: only whether there is an answer can be told here."""
    question = _filled(call.arguments[0])
    if (operator, right) in {(">", 0.0), (">=", 1.0), ("!=", 0.0)}:
        return question
    if (operator, right) in {("=", 0.0), ("<", 1.0), ("<=", 0.0)}:
        return Negated(question)
    raise UntranslatableError(f"a test of {call.name}() has no counterpart here")


def _codes(operand: _Operand) -> tuple[str, ...]:
    if isinstance(operand, _Several) and operand.values:
        return tuple(plain(value) for value in operand.values)
    if isinstance(operand, (str, float, bool)):
        return (plain(operand),)
    raise UntranslatableError("what is chosen must be a value")


def _alone(operand: _Operand) -> Formula:
    match operand:
        case bool():
            return Constant(operand)
        case float():
            return Constant(operand != 0)
        case _Call("true", ()):
            return Constant(value=True)
        case _Call("false", ()):
            return Constant(value=False)
        case _Call("is_empty", (question,)):
            return Negated(_filled(question))
        case _Call("selected", (question, code)):
            return Picked(_named(question), _codes(code))
        case _:
            raise UntranslatableError("it is no comparison of a question with a value")


_COMPARING: Final = frozenset({"=", "!=", "<", "<=", ">", ">="})
_MIRRORED: Final = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_CHOOSING: Final[Mapping[str, Callable[[_Operand, _Operand], Formula]]] = {
    "contains": lambda left, right: Picked(_named(left), _codes(right)),
    "lacks": lambda left, right: Negated(Picked(_named(left), _codes(right))),
    "all": lambda left, right: Both(tuple(Picked(_named(left), (code,)) for code in _codes(right))),
}


def plain(value: Literal) -> str:
    """Return *value* as a code is written: 1.0 is 1."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return value
