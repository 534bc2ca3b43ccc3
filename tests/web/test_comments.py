"""The trustee's pages of comments: nobody else sees a word, nothing leaves that was not decided."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from surveyapp.results.review import Review
from surveyapp.wave import WaveKey
from tests.inspecting import Form, InspectingClient, Page
from tests.integration.test_results import ENTRY
from tests.keeping import Keeper, staff
from tests.story import RunningPilot, installed

CLOSING = 4
ADDRESS = f"/staff/trustee/offers/{CLOSING}/comments"
FIRST = "More templates for the offers, please"
NAMED = "Frau Weber laughs at everybody who tries it"
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight")
WORDS = [FIRST, NAMED, *(f"Remark number {number} of ours" for number in NUMBERS)]
EVERYONE = [*WORDS, "It is slow in the morning", "Clear rules would help", "Training"]


def written(pilot: RunningPilot, words: list[str]) -> None:
    """Hold the closing wave with fourteen people, of whom some write a comment."""
    pilot.people(14)
    pilot.start()
    pilot.close_without_ballots()
    codes = pilot.start(CLOSING)
    for number, code in enumerate(codes):
        comment = {"change": words[number]} if number < len(words) else {}
        assert pilot.send(code, CLOSING, aware="use", **comment).status_code == 303
    pilot.close_and_reveal(CLOSING)


@pytest.fixture
def pilot(tmp_path: Path) -> Iterator[RunningPilot]:
    with installed(tmp_path) as (house, client):
        made = RunningPilot(house, client)
        staff(made)
        written(made, EVERYONE)
        yield made


@pytest.fixture
def trustee(pilot: RunningPilot) -> InspectingClient:
    return InspectingClient(Keeper(pilot).client)


def forms(page: Page) -> list[Form]:
    return [form for form in page.forms if "comment" in form.fields]


def form_of(trustee: InspectingClient, pilot: RunningPilot, words: str, part: str = "") -> Form:
    (one,) = [one for one in pilot.house.comments.of_wave(pilot.key(CLOSING)) if one.text == words]
    for page in (1, 2):
        for form in forms(trustee.get(f"{ADDRESS}?page={page}{part}")):
            if form.fields["comment"] == one.id.hex():
                return form
    raise AssertionError(words)


def reviews(pilot: RunningPilot) -> dict[str, Review]:
    return {one.text: one.review for one in pilot.house.comments.of_wave(pilot.key(CLOSING))}


def leaving(pilot: RunningPilot) -> list[str]:
    return [one.text for one in pilot.house.comments.approved(pilot.key(CLOSING))]


# ----------------------------------------------------------------- who


@pytest.mark.parametrize("who", ["lead", "hr", "admin"])
def test_nobody_but_the_trustee_reads_or_decides(pilot: RunningPilot, who: str) -> None:
    other = Keeper(pilot, who)
    (one, *_) = pilot.house.comments.of_wave(pilot.key(CLOSING))
    form = {"csrf_token": other.token, "comment": one.id.hex(), "review": "approved"}

    assert other.get("/comments").status_code == 404
    assert other.client.get(ADDRESS).status_code == 404
    assert other.client.post(ADDRESS, data=form).status_code == 404
    assert set(reviews(pilot).values()) == {Review.WAITING}


def test_the_trustee_of_another_pilot_reads_nothing(pilot: RunningPilot, trustee: InspectingClient) -> None:
    del pilot

    assert trustee.raw(ADDRESS.replace("offers", "other")).status_code == 404


def test_without_a_token_nothing_is_decided(pilot: RunningPilot, trustee: InspectingClient) -> None:
    form = form_of(trustee, pilot, FIRST)

    trustee.submit(form, status=400, csrf_token="", review="approved")

    assert set(reviews(pilot).values()) == {Review.WAITING}


@pytest.mark.parametrize("who", ["lead", "hr", "admin"])
def test_no_other_page_shows_a_word_of_a_comment(pilot: RunningPilot, who: str, trustee: InspectingClient) -> None:
    trustee.submit(form_of(trustee, pilot, NAMED), review="paraphrased", paraphrase="Somebody laughs")
    client = Keeper(pilot, who).client

    for path in ("/staff/", "/staff/pilots/offers", f"/staff/results/offers/{CLOSING}", ADDRESS):
        page = client.get(path, follow_redirects=True).text
        assert not [words for words in (*EVERYONE, "Somebody laughs") if words in page]


def test_the_control_sees_the_words_on_the_trustees_page(trustee: InspectingClient) -> None:
    pages = trustee.raw(ADDRESS).text + trustee.raw(ADDRESS + "?page=2").text

    assert not [words for words in EVERYONE if words not in pages]


# ----------------------------------------------------------------- reading


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_first_page_leads_to_what_waits(pilot: RunningPilot, trustee: InspectingClient, language: str) -> None:
    client = Keeper(pilot).client
    page = client.get("/staff/trustee/offers", headers={"Accept-Language": language}).text

    assert {"en": "Comments: 13 wait for you", "de": "Kommentare: 13 warten auf Sie"}[language] in page
    assert 'href="/staff/trustee/offers/comments"' in page
    assert trustee.get("/staff/trustee/offers/comments").heading == "Comments"
    assert f'href="{ADDRESS}"' in trustee.raw("/staff/trustee/offers/comments").text
    assert trustee.get(ADDRESS).heading == f"Comments of wave {CLOSING}"


def test_comments_come_a_page_at_a_time_in_the_order_of_their_random_ids(trustee: InspectingClient) -> None:
    first, second = (forms(trustee.get(f"{ADDRESS}?page={page}")) for page in (1, 2))

    ids = [form.fields["comment"] for form in first + second]
    assert (len(first), len(second)) == (10, 3)
    assert ids == sorted(ids)
    assert len(set(ids)) == 13


@pytest.mark.parametrize(
    "query", ["?page=0", "?page=-1", "?page=99999999999", "?page=x", "?page=²", "?show=x", "?done=x"]
)
def test_strange_addresses_show_a_page_all_the_same(trustee: InspectingClient, query: str) -> None:
    assert forms(trustee.get(ADDRESS + query))


def test_a_comment_that_may_name_somebody_has_a_chip_and_the_others_none(
    pilot: RunningPilot, trustee: InspectingClient
) -> None:
    del pilot
    pages = trustee.raw(ADDRESS).text + trustee.raw(ADDRESS + "?page=2").text
    articles = re.findall(r"<article.*?</article>", pages, re.DOTALL)

    marked = [article for article in articles if "Look twice:" in article]
    assert len(articles) == 13
    assert len(marked) == 1
    assert NAMED in marked[0]
    assert "maybe a name" in marked[0]


def test_the_page_speaks_german_and_shows_the_question(pilot: RunningPilot) -> None:
    page = Keeper(pilot).client.get(ADDRESS, headers={"Accept-Language": "de"}).text

    assert "Kommentare der Welle 4" in page
    assert "Was sollte sich vor allem ändern" in page
    assert "Original freigeben" in page


def test_what_somebody_wrote_is_shown_as_text_and_not_as_markup(tmp_path: Path) -> None:
    with installed(tmp_path) as (house, client):
        made = RunningPilot(house, client)
        staff(made)
        written(made, ["<script>alert(1)</script> <h1>x</h1>", *EVERYONE[:9]])

        page = InspectingClient(Keeper(made).client).raw(ADDRESS).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


# ----------------------------------------------------------------- deciding


def test_what_is_approved_reworded_or_dropped_stops_waiting_and_only_that_leaves(
    pilot: RunningPilot, trustee: InspectingClient
) -> None:
    page = trustee.submit(form_of(trustee, pilot, FIRST), review="approved", paraphrase="ignored")
    trustee.submit(form_of(trustee, pilot, NAMED), review="paraphrased", paraphrase="  Somebody\n laughs ")
    trustee.submit(form_of(trustee, pilot, "Training"), review="dropped")

    assert page.heading == f"Comments of wave {CLOSING}"
    assert leaving(pilot) == [FIRST, "Somebody laughs"]
    assert pilot.house.reviewing.waiting("offers") == 10
    decided = trustee.raw(ADDRESS + "?show=decided").text
    assert all(words in decided for words in (FIRST, NAMED, "Somebody laughs", "Training"))
    assert FIRST not in trustee.raw(ADDRESS).text


def test_after_each_decision_the_page_says_what_was_done(pilot: RunningPilot) -> None:
    client = Keeper(pilot)
    for review, said in (
        ("approved", "the next readout shows the original"),
        ("paraphrased", "shows your words instead"),
        ("dropped", "nobody gets to see it"),
    ):
        (one, *_) = [one for one in pilot.house.comments.of_wave(pilot.key(CLOSING)) if one.review == "waiting"]
        form = {"csrf_token": client.token, "comment": one.id.hex(), "review": review, "paraphrase": "words"}
        answer = client.client.post(ADDRESS, data=form, follow_redirects=True)
        assert said in answer.text


def test_a_decision_can_be_changed_also_back_to_waiting(pilot: RunningPilot, trustee: InspectingClient) -> None:
    trustee.submit(form_of(trustee, pilot, FIRST), review="approved")
    trustee.submit(form_of(trustee, pilot, FIRST, "&show=decided"), review="dropped")
    assert reviews(pilot)[FIRST] == Review.DROPPED

    trustee.submit(form_of(trustee, pilot, FIRST, "&show=decided"), review="waiting")

    assert reviews(pilot)[FIRST] == Review.WAITING
    assert leaving(pilot) == []


def test_a_double_click_does_no_harm(pilot: RunningPilot, trustee: InspectingClient) -> None:
    form = form_of(trustee, pilot, FIRST)

    trustee.submit(form, review="approved")
    trustee.submit(form, review="approved")

    assert leaving(pilot) == [FIRST]


@pytest.mark.parametrize("words", ["", "   ", "\n\t"])
def test_own_words_that_are_none_change_nothing_and_the_page_says_so(
    pilot: RunningPilot, trustee: InspectingClient, words: str
) -> None:
    form = form_of(trustee, pilot, NAMED)

    page = trustee.submit(form, status=422, review="paraphrased", paraphrase=words)

    assert page.title.startswith("Error: ")
    assert reviews(pilot)[NAMED] == Review.WAITING


@pytest.mark.parametrize(
    "wrong",
    [
        {"review": "published"},
        {"review": ""},
        {"review": "approved", "comment": "zz"},
        {"review": "approved", "comment": ""},
        {"review": "approved", "comment": "00" * 16},
        {"review": "paraphrased", "paraphrase": "x" * 501},
    ],
)
def test_what_the_page_does_not_send_changes_nothing(
    pilot: RunningPilot, trustee: InspectingClient, wrong: dict[str, str]
) -> None:
    form = form_of(trustee, pilot, FIRST)

    trustee.submit(form, status=404, **wrong)

    assert set(reviews(pilot).values()) == {Review.WAITING}


# ----------------------------------------------------------------- after a readout


def test_a_decision_that_was_printed_is_refused_and_what_was_dropped_is_gone(
    pilot: RunningPilot, trustee: InspectingClient
) -> None:
    late = [form_of(trustee, pilot, words) for words in (FIRST, NAMED, "Training")]
    for form, review in zip(late, ("approved", "paraphrased", "dropped"), strict=True):
        trustee.submit(form, review=review, paraphrase="Somebody laughs")
    key = pilot.key(CLOSING)

    pilot.house.results.publish(ENTRY, {"a": b"a"}, {key: pilot.house.comments.approved(key)})

    for form in late:
        trustee.submit(form, status=409, review="dropped")
    decided = trustee.raw(ADDRESS + "?show=decided").text
    assert leaving(pilot) == [FIRST, "Somebody laughs"]
    assert FIRST in decided
    assert "Somebody laughs" in decided
    assert NAMED not in decided
    assert "Training" not in decided
    assert "A readout shows these words" in decided
    assert forms(trustee.get(ADDRESS + "?show=decided")) == []


# ----------------------------------------------------------------- too few


def test_of_too_few_comments_none_is_shown_and_nothing_can_be_decided(tmp_path: Path) -> None:
    with installed(tmp_path) as (house, client):
        made = RunningPilot(house, client)
        staff(made)
        written(made, EVERYONE[:9])
        keeper = Keeper(made)
        trustee = InspectingClient(keeper.client)
        (one, *_) = house.comments.of_wave(made.key(CLOSING))

        page = trustee.get(ADDRESS)
        form = {"csrf_token": keeper.token, "comment": one.id.hex(), "review": "approved"}
        answer = keeper.client.post(ADDRESS, data=form)

        assert "Fewer than 10 comments were written" in trustee.raw(ADDRESS).text
        assert forms(page) == []
        assert not [words for words in EVERYONE if words in trustee.raw(ADDRESS).text]
        assert "fewer than 10 comments were written" in trustee.raw("/staff/trustee/offers/comments").text
        assert answer.status_code == 404
        assert set(reviews(made).values()) == {Review.WAITING}
        assert house.reviewing.waiting("offers") == 0
        assert "none waits for you" in trustee.raw("/staff/trustee/offers").text


def test_a_question_with_too_few_comments_is_left_out_of_a_wave_with_enough(
    pilot: RunningPilot, trustee: InspectingClient
) -> None:
    with pilot.house.engines["results"].begin() as connection:
        connection.execute(
            text("UPDATE comment SET question = 'aware' WHERE text IN (:one, :two)"), {"one": FIRST, "two": NAMED}
        )

    pages = trustee.raw(ADDRESS).text + trustee.raw(ADDRESS + "?page=2").text

    assert FIRST not in pages
    assert "Remark number one" in pages
    assert "are missing here" in pages
    assert pilot.house.reviewing.waiting("offers") == 11


def test_before_any_wave_is_opened_there_is_nothing_to_read(tmp_path: Path) -> None:
    with installed(tmp_path) as (house, client):
        made = RunningPilot(house, client)
        staff(made)
        trustee = InspectingClient(Keeper(made).client)

        trustee.get("/staff/trustee/offers/comments")

        assert "No comments yet" in trustee.raw("/staff/trustee/offers/comments").text
        assert trustee.raw(ADDRESS).status_code == 404
        assert house.reviewing.wave(WaveKey("offers", 1)) is None


# ----------------------------------------------------------------- traces


def test_neither_log_nor_record_of_staff_holds_a_word(
    pilot: RunningPilot, trustee: InspectingClient, capfd: pytest.CaptureFixture[str]
) -> None:
    form = form_of(trustee, pilot, NAMED)
    trustee.submit(form, review="paraphrased", paraphrase="Somebody laughs")
    trustee.submit(form, status=422, review="paraphrased", paraphrase=" ")
    trustee.submit(form, status=404, review="paraphrased", paraphrase="y" * 501)

    with pilot.house.engines["desk"].connect() as connection:
        rows = connection.exec_driver_sql("select actor, action, detail from audit_entry").all()
    said = "".join(capfd.readouterr()) + repr(rows)

    assert ("trustee@example.org", "comment paraphrased", "offers.4") in [tuple(row) for row in rows]
    assert not [words for words in (NAMED, "Somebody laughs", "yyyy", form.fields["comment"]) if words in said]
