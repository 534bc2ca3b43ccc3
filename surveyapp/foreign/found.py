"""What all other programs have in common: questions as a file has them, before they become ours."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from analysis.codebook import Kind
from surveyapp.foreign.expressions import Formula

Words = Mapping[str, str]  # language as the file calls it ("": not said) to text


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose, with the code it has in the file."""

    code: str
    label: Words
    exclusive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One question of the file; all of *conditions* must hold for it to be shown."""

    name: str
    place: str
    kind: Kind
    text: Words
    hint: Words = field(default_factory=dict)
    required: bool = False
    choices: tuple[Choice, ...] = ()
    rows: tuple[Choice, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Questions that the file shows together."""

    name: str
    place: str
    title: Words
    intro: Words
    questions: tuple[Asking, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """What a name in a condition stands for: a question, or one choice of it."""

    question: str
    choice: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A questionnaire of another program; *parse* understands its conditions, *references* more than its names."""

    name: str
    title: Words
    intro: Words
    parts: tuple[Part, ...]
    parse: Callable[[str], Formula]
    primary: str = ""  # language
    references: Mapping[str, Reference] = field(default_factory=dict)
