"""What a rule says about a questionnaire."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake: the *question* and the key (*part*) it stands under, both empty for the whole file."""

    question: str
    part: str
    message: str
