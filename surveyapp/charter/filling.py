"""From the entries of a charter to the values of a form's fields and back."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from surveyapp.charter.form import Control, Field, Rows, Section
from surveyapp.charter.writing import Plain

MOST_ROWS: Final = 60
_COMMA: Final = re.compile(r"-?\d+,\d+")
_WHOLE: Final = re.compile(r"-?\d{1,15}")
_NUMBER: Final = re.compile(r"-?(\d{1,15}(\.\d*)?|\.\d+)")
_TICKED = "yes"

Entries = dict[str, Plain]
Values = dict[str, str]


def languages_of(entries: Entries) -> tuple[str, ...]:
    """Return the languages that *entries* name, English where they name none."""
    found = entries.get("languages")
    return tuple(str(language) for language in found) if isinstance(found, list) and found else ("en",)


def name_of(path: Sequence[str | int]) -> str:
    """Return the name of the input at *path*."""
    return ".".join(map(str, path))


def values_of(section: Section, entries: Entries) -> Values:
    """Return what stands in the inputs of *section*, by name; spare rows are empty."""
    languages = languages_of(entries)
    values: Values = {}
    for part in section.parts:
        if isinstance(part, Field):
            values |= dict(_values(part, (), _at(entries, part.path), languages))
            continue
        for index, row in enumerate(rows_of(part, entries)):
            for field in part.fields:
                held = _ticked(row, entries) if field.control is Control.TICK else _at(row, field.path)
                values |= dict(_values(field, (*part.path, index), held, languages))
    return values


def rows_of(part: Rows, entries: Entries) -> list[Entries]:
    """Return the rows of *part* with the spare ones."""
    held = _at(entries, part.path)
    rows = [row for row in held if isinstance(row, dict)] if isinstance(held, list) else []
    return [*rows, *({} for _ in range(part.spare))]


def taken(section: Section, entries: Entries, posted: Mapping[str, str]) -> Entries:
    """Return *entries* with what was *posted* for *section*; rows of which nothing is filled in are left out."""
    made = deepcopy(entries)
    if "languages" in {part.path[0] for part in section.parts}:
        ticked = [name.rpartition(".")[2] for name in posted if name.startswith("languages.")]
        made["languages"] = ticked or list(languages_of(entries))
    languages = languages_of(made)
    for part in section.parts:
        if isinstance(part, Rows):
            _put(made, part.path, _taken_rows(part, posted, languages))
            if part.path == ("known_tools",):
                _split_sanctioned(made)
        elif part.control is not Control.LANGUAGES:
            _put(made, part.path, _taken(part, (), posted, languages))
    if section.id == "costs" and not any(made["costs"].values()):
        made["costs"] = None
    return made


# ----------------------------------------------------------------- out


def _values(
    field: Field, before: Sequence[str | int], held: Plain, languages: Sequence[str]
) -> Iterator[tuple[str, str]]:
    path = (*before, *field.path)
    if field.control is Control.WORDS:
        for language in languages:
            yield name_of((*path, language)), _text(held.get(language) if isinstance(held, dict) else held)
    elif field.control is Control.LANGUAGES:
        yield from ((name_of((*path, language)), _TICKED) for language in languages)
    elif field.control is Control.PERCENT:
        yield name_of(path), f"{held * 100:.10g}" if isinstance(held, (int, float)) else _text(held)
    elif field.control is Control.TICK:
        yield name_of(path), _TICKED if held else ""
    else:
        yield name_of(path), _text(held)


def _text(value: Plain) -> str:
    if isinstance(value, dict):
        value = next(iter(value.values()), None)
    return f"{value:.15g}" if isinstance(value, float) else "" if value is None else str(value)


def _ticked(row: Entries, entries: Entries) -> bool:
    return row.get("code") in (entries.get("sanctioned_tools") or [])


# ----------------------------------------------------------------- in


def _taken_rows(part: Rows, posted: Mapping[str, str], languages: Sequence[str]) -> list[Entries]:
    rows: list[Entries] = []
    for index in range(MOST_ROWS):
        row: Entries = {}
        for field in part.fields:
            _put(row, field.path, _taken(field, (*part.path, index), posted, languages))
        asked = [field for field in part.fields if field.control not in {Control.CODE, Control.CHOICE, Control.TICK}]
        if any(_filled(_at(row, field.path)) for field in asked):
            rows.append(row)
    codes = {row.get(key) for row in rows for key in ("code", "id")} - {None}
    for row in rows:
        for key, words in (("code", "label"), ("id", "text")):
            if key in row and row[key] is None:
                row[key] = _code(row[words], codes)
                codes.add(row[key])
    return rows


def _taken(field: Field, before: Sequence[str | int], posted: Mapping[str, str], languages: Sequence[str]) -> Plain:
    name = name_of((*before, *field.path))
    if field.control is Control.WORDS:
        return {language: posted.get(f"{name}.{language}", "").strip() or None for language in languages}
    if field.control is Control.TICK:
        return posted.get(name) == _TICKED
    text = posted.get(name, "").strip()
    if not text:
        return None
    return _number(text, field.control) if field.control in _NUMBERS else text.replace("\r\n", "\n")


_NUMBERS: Final = frozenset({Control.WHOLE, Control.NUMBER, Control.PERCENT})


def _number(text: str, control: Control) -> Plain:
    """Return the number in *text*, with a point or a comma; what is none stays as it is and is judged as a text."""
    text = text.removesuffix("%").strip()
    plain = text.replace(",", ".") if _COMMA.fullmatch(text) else text
    if not _NUMBER.fullmatch(plain):
        return text
    if control is Control.PERCENT:
        return round(float(plain) / 100, 12)
    return int(plain) if _WHOLE.fullmatch(plain) else float(plain)


def _filled(value: Plain) -> bool:
    return any(value.values()) if isinstance(value, dict) else value is not None


def _code(words: Plain, taken: set[Any]) -> str:
    """Return a code that is made from *words* and not *taken* yet."""
    first = next((word for word in words.values() if word), "") if isinstance(words, dict) else str(words)
    plain = unicodedata.normalize("NFKD", first.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:30].rstrip("_") or "item"
    if not base[0].isalpha():
        base = f"x_{base}"
    return next(code for code in (base, *(f"{base}_{number}" for number in range(2, 1000))) if code not in taken)


def _split_sanctioned(entries: Entries) -> None:
    """Turn the ticks beside tools into the list of codes; the pilot's own tool is known and provided in any case."""
    tools = entries["known_tools"]
    own = entries.get("tool")
    if own and not any(own in _labels(tool) for tool in tools):
        codes = {tool["code"] for tool in tools}
        tools.insert(0, {"code": _code(own, codes), "label": own, "sanctioned": True})
    ticked = [tool["code"] for tool in tools if tool.pop("sanctioned") or (own and own in _labels(tool))]
    entries["sanctioned_tools"] = ticked


def _labels(tool: Entries) -> Sequence[str]:
    label = tool["label"]
    return tuple(label.values()) if isinstance(label, dict) else (label,)


# ----------------------------------------------------------------- paths


def _at(entries: Plain, path: Sequence[str]) -> Plain:
    for key in path:
        if not isinstance(entries, dict):
            return None
        entries = entries.get(key)
    return entries


def _put(entries: Entries, path: Sequence[str], value: Plain) -> None:
    for key in path[:-1]:
        if not isinstance(entries.get(key), dict):
            entries[key] = {}
        entries = entries[key]
    entries[path[-1]] = value
