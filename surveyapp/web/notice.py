"""A page that only says something."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NoticePage:
    """A page that only says something."""

    title: str
    language: str
    languages: tuple[str, ...]
    paragraphs: tuple[str, ...]
    contact: str = ""
