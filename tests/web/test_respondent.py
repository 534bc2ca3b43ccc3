import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from werkzeug.datastructures import MultiDict

from tests.story import RunningPilot


def test_a_sent_ballot_is_in_the_box_once(pilot: RunningPilot) -> None:
    pilot.people(6)
    code = pilot.start()[0]

    response = pilot.send(code, any_days=3)

    assert response.status_code == 303
    assert response.location == "/s/offers.1/thanks?lang=en"
    assert pilot.house.box.turnout(pilot.key()).cast == 1


def test_what_was_answered_comes_out_at_reveal(pilot: RunningPilot) -> None:
    pilot.people(9)
    for number, code in enumerate(pilot.start()):
        assert pilot.send(code, any_days=number % 8).status_code == 303

    wave = pilot.close_and_reveal()

    assert (wave.issued, wave.cast, wave.revealed, wave.spoiled, wave.empty) == (9, 9, 9, 0, 0)
    days = sorted(ballot["any_days"] for ballot in pilot.house.results.records(pilot.key()))
    assert days == sorted(number % 8 for number in range(9))


def test_following_the_link_changes_nothing(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.start()
    before = pilot.house.box.turnout(pilot.key())

    for method in ("get", "head", "options"):
        response = getattr(pilot.client, method)("/s/offers.1?lang=en")
        assert response.status_code == 200
        assert "Set-Cookie" not in response.headers

    assert pilot.house.box.turnout(pilot.key()) == before


def test_the_page_is_the_same_for_everybody(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.start()
    headers = [{"User-Agent": "A", "Cookie": "staff=1"}, {"User-Agent": "B", "Accept-Language": "de"}]

    pages = [pilot.client.get("/s/offers.1?lang=en", headers=one) for one in headers]

    assert pages[0].data == pages[1].data
    assert pages[0].headers == pages[1].headers
    assert not {"ETag", "Last-Modified", "Set-Cookie"} & set(pages[0].headers.keys())


def test_an_unknown_and_a_used_code_get_the_same_answer(pilot: RunningPilot) -> None:
    pilot.people(6)
    code = pilot.start()[0]
    pilot.send(code)
    fresh = "0000-0000-0000-0000"

    used, unknown = pilot.send(code), pilot.send(fresh)

    assert used.status_code == unknown.status_code == 422
    assert used.text.replace(code, "") == unknown.text.replace(fresh, "")
    assert "This code cannot be used. If you have already answered, thank you." in used.text


@pytest.mark.parametrize("typed", ["{}", " {} ", "lower {}", "spaces {}"])
def test_a_code_may_be_typed_as_people_type(pilot: RunningPilot, typed: str) -> None:
    pilot.people(6)
    code = str(pilot.start()[0])
    variants = {"lower {}": code.lower(), "spaces {}": code.replace("-", " ")}
    fields = pilot.fields(variants.get(typed, typed.format(code)))

    assert pilot.post(fields).status_code == 303


def test_a_mistake_is_named_and_the_answers_stay(pilot: RunningPilot) -> None:
    pilot.people(6)
    code = pilot.start()[0]
    fields = pilot.fields(code) | {"q_any_days": ["9"], "q_group": []}

    response = pilot.post(fields)

    assert response.status_code == 422
    assert "<title>Error:" in response.text
    assert "Enter a whole number from 0 to 7." in response.text
    assert "Please answer this question." in response.text
    assert 'value="9"' in response.text
    assert code in response.text
    assert pilot.house.box.turnout(pilot.key()).issued == 0


def test_an_empty_form_spends_nothing(pilot: RunningPilot) -> None:
    pilot.people(6)
    code = pilot.start()[0]

    assert pilot.post({"code": [code]}).status_code == 422
    assert pilot.house.box.turnout(pilot.key()).issued == 0


def test_a_form_with_nothing_but_the_team_spends_nothing(pilot: RunningPilot) -> None:
    pilot.people(6)
    code = pilot.start()[0]

    answer = pilot.post({"q_group": ["sales"], "code": [code]})

    assert answer.status_code == 422
    assert "You have not answered any question yet." in answer.text
    assert 'href="#q_any_days-1"' in answer.text
    assert pilot.house.box.turnout(pilot.key()).issued == 0


def test_switching_the_language_keeps_the_answers_and_stores_nothing(pilot: RunningPilot) -> None:
    pilot.people(6)
    code = pilot.start()[0]
    fields = pilot.fields(code, any_days=5) | {"switch": ["de"]}

    response = pilot.post(fields, language="de")

    assert response.status_code == 200
    assert '<html lang="de">' in response.text
    assert 'value="5"' in response.text
    assert response.headers["Cache-Control"] == "no-store"
    assert pilot.house.box.turnout(pilot.key()).issued == 0


def test_a_closed_wave_says_so_and_takes_nothing(pilot: RunningPilot) -> None:
    pilot.people(6)
    code = pilot.start()[0]
    fields = pilot.fields(code)
    pilot.house.fieldwork.close(pilot.key())

    response = pilot.post(fields)

    assert response.status_code == 409
    assert "This survey is closed" in response.text
    assert "This survey is closed" in pilot.client.get("/s/offers.1").text


@pytest.mark.parametrize("path", ["/s/nothing.1", "/s/offers.9", "/s/..%2f", "/s/offers", "/s/offers.1%00"])
def test_an_address_without_survey_is_not_found(pilot: RunningPilot, path: str) -> None:
    assert pilot.client.get(path).status_code == 404
    assert pilot.client.post(path, data={"code": "x"}).status_code == 404


@pytest.mark.parametrize("wave", ["nothing.1", "offers.9", "offers"])
def test_nobody_is_thanked_for_a_survey_that_is_not_there(pilot: RunningPilot, wave: str) -> None:
    assert pilot.client.get(f"/s/{wave}/thanks").status_code == 404


def test_ten_megabytes_are_refused(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.start()

    response = pilot.client.post("/s/offers.1", data={"q_change": "x" * 10_000_000})

    assert response.status_code == 413
    assert "Nothing was stored" in response.text
    assert "xxxx" not in response.text


def test_fifty_parallel_forms_with_one_code_store_one_ballot(pilot: RunningPilot) -> None:
    pilot.people(6)
    code = pilot.start()[0]
    fields = pilot.fields(code, any_days=2)
    app = pilot.client.application

    def post(_: int) -> int:
        return app.test_client().post("/s/offers.1", data=MultiDict(fields)).status_code

    with ThreadPoolExecutor(10) as threads:
        statuses = list(threads.map(post, range(50)))

    assert statuses.count(303) == 1
    assert statuses.count(422) == 49
    assert pilot.house.box.turnout(pilot.key()).cast == 1


def test_pages_of_the_respondent_carry_strict_headers(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.start()

    headers = pilot.client.get("/s/offers.1").headers

    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Cache-Control"] == "no-store"


def test_every_asset_is_found_under_its_hashed_name(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.start()
    page = pilot.client.get("/s/offers.1").text

    found = re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)

    assert found
    for address in found:
        response = pilot.client.get(address)
        assert response.status_code == 200
        assert "immutable" in response.headers["Cache-Control"]
        assert not {"ETag", "Last-Modified"} & set(response.headers.keys())
    assert pilot.client.get("/assets/../settings.py").status_code == 404


def test_what_cannot_be_a_code_is_said_where_it_was_typed(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.start()

    response = pilot.post(pilot.fields("no code at all"))

    assert response.status_code == 422
    assert "Enter the code from your mail or slip: 16 letters and digits." in response.text
    assert pilot.house.box.turnout(pilot.key()).issued == 0
