"""The charter of the examples; tests change what matters."""

from pathlib import Path

from surveyapp.charter.loader import load_bytes
from surveyapp.charter.model import Charter

TEXT = (Path(__file__).parents[2] / "examples" / "charter.yaml").read_text("utf-8")


def a_charter() -> Charter:
    return load_bytes(TEXT.encode(), "charter.yaml")
