"""A `report.json` read again: what was published of a pilot, as values."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from analysis.codebook import Text
from analysis.comparison import Published
from analysis.render.json import FORMAT
from analysis.results import AnalysisError, Decision, Gate, Robustness, Verdict, WaveFacts


class UnknownFormatError(AnalysisError):
    """This is no `report.json` of the form that is written now."""

    def __init__(self) -> None:
        super().__init__(f"This is no report.json of format {FORMAT}.")


def published(content: bytes, *, made_on: date) -> Published:
    """Return what *content*, a `report.json` of *made_on*, tells of decision, gates and waves.

    Raises:
        UnknownFormatError: it has another form.
    """
    try:
        told = json.loads(content)
        if told["format"] != FORMAT:
            raise UnknownFormatError
        return Published(
            Decision(told["decision"]),
            tuple(_gate(gate) for gate in told["gates"]),
            tuple(_wave(wave) for wave in told["waves"]),
            sum(_is_done(item, made_on) for item in told["readiness"]),
            len(told["readiness"]),
            len({owner["side"] for owner in told["owners"] if owner["name"].strip()}),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnknownFormatError from error


def _gate(told: Mapping[str, Any]) -> Gate:
    return Gate(
        id=told["id"],
        title=Text.plain(told["title"]),
        verdict=Verdict(told["verdict"]),
        threshold=told["threshold"],
        estimate=told["estimate"],
        low=told["low"],
        high=told["high"],
        probability=told["probability"],
        robustness=Robustness(told["robustness"]) if told["robustness"] else None,
        answers_needed=told["answers_needed"],
        unit=told["unit"],
        grade=told["grade"],
    )


def _wave(told: Mapping[str, Any]) -> WaveFacts:
    return WaveFacts(
        number=told["number"],
        kind=told["kind"],
        opened_on=_day(told["opened_on"]),
        closed_on=_day(told["closed_on"]),
        invited=told["invited"],
        issued=told["issued"],
        cast=told["cast"],
        revealed=told["revealed"],
        spoiled=told["spoiled"],
        empty=told["empty"],
    )


def _is_done(told: Mapping[str, Any], made_on: date) -> bool:
    """Return whether an item of readiness passed its gate on that day."""
    expires = _day(told["expires_on"])
    return told["status"] == "done" and bool(told["evidence"]) and (expires is None or expires >= made_on)


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None
