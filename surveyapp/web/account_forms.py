"""What forms about accounts say: parsed once, with every problem beside its field."""

from collections.abc import Mapping
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from surveyapp.templating import LANGUAGE_NAMES
from surveyapp.web.security import EVERYWHERE, OF_A_PILOT, NewAccount, StaffRole
from surveyapp.web.sign_in_settings import say

_LONGEST = 200  # characters of a name
_NO_ADDRESS = say("This is no e-mail address.")
_NO_NAME = say("Give a name.")
_NO_PILOT = say("Choose the pilot for this role.")
_PILOT_TOO_MUCH = say("This role is for the whole installation: choose no pilot.")
_NO_ROLE = say("Choose what they do in this pilot.")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a field, as a phrase of the catalogue; *field* is its id."""

    field: str
    words: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation as it was typed."""

    email: str
    name: str
    language: str
    role: str
    pilot: str

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "Invitation":
        """Return what a form or an address holds."""
        return cls(*(values.get(name, "").strip() for name in cls.__slots__))


def invitation(asked: Invitation, pilots: frozenset[str]) -> NewAccount | tuple[Problem, ...]:
    """Return the account that is wanted, or every problem; *pilots*: those that there are."""
    role = StaffRole(asked.role) if asked.role in set(StaffRole) else None
    problems = [
        *([] if _is_address(asked.email) else [Problem("email", _NO_ADDRESS)]),
        *([] if asked.name and len(asked.name) <= _LONGEST else [Problem("name", _NO_NAME)]),
        *([Problem("pilot", _NO_PILOT)] if role in OF_A_PILOT and asked.pilot not in pilots else []),
        *([Problem("pilot", _PILOT_TOO_MUCH)] if role in EVERYWHERE and asked.pilot else []),
        *([Problem("role", _NO_ROLE)] if role is None and asked.pilot else []),
    ]
    if problems:
        return tuple(problems)
    return NewAccount(
        asked.email,
        asked.name,
        administrator=role is StaffRole.ADMINISTRATOR,
        auditor=role is StaffRole.AUDITOR,
        roles={asked.pilot: role} if role in OF_A_PILOT and role is not None else {},
        language=asked.language if asked.language in LANGUAGE_NAMES else "en",
    )


def _is_address(text: str) -> bool:
    try:
        validate_email(text, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return False
    return True
