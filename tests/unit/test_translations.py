import re

import pytest
from babel.messages.pofile import read_po

from surveyapp import resources, templating
from tests.extraction import sentences

LANGUAGES = [path.name for path in resources.translations().iterdir() if path.is_dir()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    catalogue = templating.catalogue(language)
    same_in_both = {"Demo", "Mails", "Pilot", "Team", "Teams"}

    missing = {one for one in sentences() if catalogue.gettext(one) == one and one not in same_in_both}

    assert not missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_left_over_and_all_keep_their_places(language: str) -> None:
    known = set(sentences())
    path = resources.translations() / language / "LC_MESSAGES" / "surveyapp.po"
    with path.open("rb") as file:
        entries = [entry for entry in read_po(file, locale=language) if entry.id]

    assert {str(entry.id) for entry in entries} <= known
    for entry in entries:
        places = [sorted(re.findall(r"%\(\w+\)s|\{\}", str(text))) for text in (entry.id, entry.string)]
        assert places[0] == places[1], entry.id


def test_a_language_without_catalogue_stays_english() -> None:
    assert templating.catalogue("xx").gettext("Send") == "Send"
