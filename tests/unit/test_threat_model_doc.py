"""Every file that a document points at is there, and every attack stands in the threat model."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").rglob("*.md")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_file_leads_to_one(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", document.read_text("utf-8"))

    assert not [link for link in links if not (document.parent / link).exists()]


def test_every_attack_stands_in_the_threat_model() -> None:
    text = (ROOT / "docs" / "threat-model.md").read_text("utf-8")

    missing = [path.name for path in (ROOT / "tests" / "attack").glob("test_*.py") if f"attack/{path.name}" not in text]

    assert not missing
