import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from werkzeug.test import TestResponse

from surveyapp.crypto import base64url, wrapping
from surveyapp.custody import Custody, Due
from surveyapp.errors import RefusedError
from surveyapp.wave import WaveState
from tests import tagged
from tests.inspecting import InspectingClient, Page
from tests.integration.test_revealing import STEPS, PowerCutError, cut_after
from tests.keeping import PASSPHRASE, Keeper, a_key, a_wrapped_key, staff
from tests.story import RunningPilot, installed


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[RunningPilot]:
    """A pilot whose trustee holds the keys, and an account for every role."""
    with installed(tmp_path) as (house, client):
        pilot = RunningPilot(house, client, key="passphrase")
        staff(pilot)
        yield pilot


def waves_of(pilot: RunningPilot) -> list[str]:
    return [str(wave.key) for wave in pilot.house.custody.pilot(pilot.slug).waves]


def all_keys(pilot: RunningPilot) -> dict[str, wrapping.WrappedKey]:
    # One pair for all waves but the first: what it costs is a million rounds.
    first, *others = waves_of(pilot)
    return {first: a_wrapped_key(first)} | {wave: a_wrapped_key("any") for wave in others}


def answered(pilot: RunningPilot, people: int = 10) -> None:
    assert Keeper(pilot).keep(all_keys(pilot)).status_code == 201
    pilot.people(10)
    for number, code in enumerate(pilot.start()[:people]):
        assert pilot.send(code, any_days=number % 8).status_code == 303
    pilot.house.fieldwork.close(pilot.key())


def told(response: TestResponse) -> list[dict[str, object]]:
    return [json.loads(line) for line in response.text.splitlines()]


# ----------------------------------------------------------------- who


@pytest.mark.parametrize("who", ["lead", "hr", "admin"])
def test_nobody_but_the_trustee_gets_in(kept: RunningPilot, who: str) -> None:
    answered(kept)
    other = Keeper(kept, who)

    assert [other.get(path).status_code for path in ("", "/keys.json", "/recovery-sheet.pdf")] == [404] * 3
    assert other.keep(all_keys(kept), replace=True).status_code == 404
    assert other.open(a_key()).status_code == 404
    assert kept.house.waves.find(kept.key()).state == WaveState.CLOSED


def test_without_a_token_nothing_is_taken(kept: RunningPilot) -> None:
    keeper = Keeper(kept)
    keeper.token = ""

    assert keeper.keep(all_keys(kept)).status_code == 400
    assert kept.house.keyring.waves() == ()


def test_the_trustee_finds_the_page_and_it_is_in_order(kept: RunningPilot) -> None:
    keeper = Keeper(kept)
    client = InspectingClient(keeper.client)

    assert 'href="/staff/trustee/offers"' in client.raw("/staff/pilots/offers").text
    assert client.get("/staff/trustee/offers").heading == "Keys of the ballot boxes"
    assert keeper.keep(all_keys(kept)).status_code == 201
    assert client.get("/staff/trustee/offers").heading == "Keys of the ballot boxes"
    assert 'href="/staff/trustee/offers"' not in Keeper(kept, "lead").client.get("/staff/pilots/offers").text


def test_the_page_says_what_comes_after_the_keys_until_a_wave_has_started(kept: RunningPilot) -> None:
    keeper = Keeper(kept)
    next_step = "The keys are made. Next: print the recovery sheet"
    before = keeper.get().text

    keeper.keep(all_keys(kept))
    made = keeper.get().text
    kept.people(10)
    kept.start()

    assert next_step not in before
    assert next_step in made
    assert made.index('id="try"') < made.index('id="make"')
    assert next_step not in keeper.get().text


def test_where_there_is_a_deputy_the_page_does_not_say_that_nobody_else_can_open(kept: RunningPilot) -> None:
    keeper = Keeper(kept)
    alone = keeper.get().text

    keeper.keep(all_keys(kept) | {"offers.1": a_wrapped_key(deputy=True)})

    assert any(wave.deputy for wave in kept.house.custody.pilot("offers").waves)
    assert "You hold the keys" in alone
    assert "You and your deputy hold the keys" in keeper.get().text


def test_an_opened_wave_leads_to_its_readout_and_a_closed_one_says_what_it_waits_for(kept: RunningPilot) -> None:
    answered(kept)
    lead = Keeper(kept, "lead").client
    waiting = lead.get("/staff/pilots/offers").text

    Keeper(kept).open(a_key()).close()

    assert "after the box is opened" in waiting
    assert "after the box is opened" not in lead.get("/staff/pilots/offers").text
    assert 'href="/staff/results/offers/1"' in Keeper(kept).get().text


def test_no_browser_would_send_a_passphrase_even_without_the_script(kept: RunningPilot) -> None:
    answered(kept)

    page = Page(Keeper(kept).get().text)

    fields = [values for tag, values in page.inputs if values.get("type") == "password"]
    assert len(fields) == 6
    assert not [values for values in fields if "name" in values]


# ----------------------------------------------------------------- keys


def test_keys_of_all_waves_are_kept_and_the_waves_start_with_them(kept: RunningPilot) -> None:
    kept.people(10)
    with pytest.raises(RefusedError):
        kept.start()

    response = Keeper(kept).keep(all_keys(kept))

    assert (response.status_code, response.json) == (201, {"end": "kept"})
    kept.start()
    assert kept.house.waves.find(kept.key()).box_public_key == a_wrapped_key().public


def test_the_page_names_keys_and_what_is_next(kept: RunningPilot) -> None:
    keeper = Keeper(kept)
    before = keeper.get().text
    keeper.keep(all_keys(kept))
    after = keeper.get().text

    assert before.count("Make the key below") == len(waves_of(kept))
    assert "Make the key below" not in after
    assert kept.house.custody.pilot("offers").waves[0].fingerprint in after


def test_a_wave_left_out_means_that_none_is_kept(kept: RunningPilot) -> None:
    keys = all_keys(kept)
    del keys["offers.2"]

    response = Keeper(kept).keep(keys)

    assert (response.status_code, response.json) == (409, {"end": "not_now"})
    assert kept.house.keyring.waves() == ()


@pytest.mark.parametrize("wave", ["offers.99", "other.1"])
def test_a_key_for_a_wave_that_is_not_planned_here_is_refused(kept: RunningPilot, wave: str) -> None:
    response = Keeper(kept).keep(all_keys(kept) | {wave: a_wrapped_key()})

    assert response.status_code == 409
    assert kept.house.keyring.waves() == ()


def test_what_is_no_key_is_refused(kept: RunningPilot) -> None:
    keeper = Keeper(kept)
    plain = {wave: wrapping.to_plain(key) for wave, key in all_keys(kept).items()}
    weak = plain["offers.2"] | {"copies": {"trustee": plain["offers.2"]["copies"]["trustee"] | {"rounds": 1000}}}

    for content in (
        None,
        [],
        {"keys": {}, "replace": False},
        {"keys": plain},
        {"keys": plain, "replace": "yes"},
        {"keys": plain | {"no wave": plain["offers.2"]}, "replace": False},
        {"keys": plain | {"offers.2": weak}, "replace": False},
    ):
        assert keeper.post("/keys", content).status_code == 422, content
    assert kept.house.keyring.waves() == ()


def test_keys_that_are_there_are_replaced_on_purpose_only(kept: RunningPilot) -> None:
    keeper = Keeper(kept)
    keeper.keep(all_keys(kept))
    other = dict.fromkeys(waves_of(kept), a_wrapped_key("any", 2))

    assert keeper.keep(other).status_code == 409
    assert keeper.keep(other, replace=True).status_code == 201

    assert kept.house.keyring.wrapped_public_key("offers.1") == a_wrapped_key("any", 2).public


def test_the_key_of_a_started_wave_stays(kept: RunningPilot) -> None:
    answered(kept)
    other = dict.fromkeys(waves_of(kept), a_wrapped_key("any", 2))

    assert Keeper(kept).keep(other, replace=True).status_code == 409
    assert kept.house.keyring.wrapped_public_key("offers.1") == a_wrapped_key().public


def test_the_data_of_the_page_opens_with_the_passphrase(kept: RunningPilot) -> None:
    keeper = Keeper(kept)
    keeper.keep(all_keys(kept))

    first = (keeper.get("/keys.json").json or {})["waves"][0]

    assert (first["wave"], first["state"]) == ("offers.1", "planned")
    opened = wrapping.unwrap(wrapping.from_plain(first["key"]), PASSPHRASE, "offers.1", "trustee")
    assert opened.private_numbers() == a_key().private_numbers()


# ----------------------------------------------------------------- opening


def test_the_box_opens_with_the_key_step_by_step_and_no_key_is_left(kept: RunningPilot, tmp_path: Path) -> None:
    answered(kept)

    response = Keeper(kept).open(a_key())

    lines = told(response)
    steps = list(dict.fromkeys(line["step"] for line in lines if "step" in line))
    assert response.status_code == 200
    assert steps == ["opening", "writing", "emptying", "destroying", "forgetting"]
    assert lines[-1] == {"end": "revealed", "cast": 10, "revealed": 10}
    assert len(kept.house.results.packed(kept.key())) == 10
    assert not list((tmp_path / "var" / "keys").glob("offers.1.*"))


def test_again_says_the_same(kept: RunningPilot) -> None:
    answered(kept)
    keeper = Keeper(kept)
    keeper.open(a_key()).close()

    assert told(keeper.open(a_key())) == [{"end": "revealed", "cast": 10, "revealed": 10}]
    assert len(kept.house.results.packed(kept.key())) == 10


@pytest.mark.parametrize("number", [1, None])
def test_another_key_or_none_opens_nothing(kept: RunningPilot, number: int | None) -> None:
    answered(kept)

    response = Keeper(kept).open(a_key("any", number) if number else None)

    assert (response.status_code, told(response)) == (409, [{"end": "wrong_key"}])
    assert kept.house.waves.find(kept.key()).state == WaveState.CLOSED


def of_an_unknown_curve() -> str:
    der = a_key().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return base64url.write(der.replace(bytes.fromhex("2a8648ce3d030107"), bytes.fromhex("2a8648ce3d03017f")))


def test_what_is_no_key_opens_nothing(kept: RunningPilot) -> None:
    keeper = Keeper(kept)

    for content in (
        None,
        {},
        {"key": None, "destroy": 1},
        {"key": 7, "destroy": False},
        {"key": "!!", "destroy": False},
        {"key": "A" * 184, "destroy": False},
        {"key": of_an_unknown_curve(), "destroy": False},
        {"key": "A" * 90_000, "destroy": False},
    ):
        response = keeper.post("/1/reveal", content)
        assert (response.status_code, response.json) == (422, {"end": "wrong_key"})


def test_a_wave_that_is_open_or_not_started_is_not_revealed(kept: RunningPilot) -> None:
    keeper = Keeper(kept)
    keeper.keep(all_keys(kept))
    kept.people(10)
    kept.start()

    for number in (1, 2, 99):
        response = keeper.open(a_key(), number)
        assert (response.status_code, told(response)) == (409, [{"end": "not_now"}])


def test_too_few_are_shown_to_nobody_until_they_are_destroyed(kept: RunningPilot) -> None:
    answered(kept, people=3)
    keeper = Keeper(kept)

    first = told(keeper.open(a_key()))
    state = kept.house.waves.find(kept.key()).state
    written = kept.house.results.wave(kept.key())
    second = told(keeper.open(a_key(), destroy=True))

    assert first[-1] == {"end": "too_few"}
    assert (state, written) == (WaveState.DESTROYING, None)
    assert second[-1] == {"end": "destroyed"}
    assert kept.house.results.packed(kept.key()) == []


def test_enough_ballots_are_revealed_even_if_somebody_wants_them_destroyed(kept: RunningPilot) -> None:
    answered(kept)

    assert told(Keeper(kept).open(a_key(), destroy=True))[-1]["end"] == "revealed"


def test_a_reader_who_leaves_does_not_leave_half_a_box(kept: RunningPilot) -> None:
    answered(kept)

    response = Keeper(kept).client.post(
        "/staff/trustee/offers/1/reveal",
        json={"key": None, "destroy": False},
        headers={"X-CSRFToken": "none"},
    )
    assert response.status_code == 400
    keeper = Keeper(kept)
    response = keeper.open(a_key())
    next(iter(response.response))
    response.close()

    assert kept.house.waves.find(kept.key()).state == WaveState.REVEALED
    assert len(kept.house.results.packed(kept.key())) == 10


def test_what_is_left_to_do_after_the_answers_are_written_needs_no_key(
    kept: RunningPilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(kept)
    keeper = Keeper(kept)
    with monkeypatch.context() as patch:
        patch.setattr(kept.house.box, "forget", refuse)
        assert told(keeper.open(a_key()))[-1] == {"end": "not_now"}
    page = keeper.get().text

    assert "Its opening was interrupted" in page
    assert told(keeper.open(None))[-1] == {"end": "revealed", "cast": 10, "revealed": 10}


@pytest.mark.parametrize(("room", "step"), STEPS)
def test_an_opening_that_was_cut_off_anywhere_goes_on_and_counts_once(kept: RunningPilot, room: str, step: str) -> None:
    answered(kept)
    keeper = Keeper(kept)
    with pytest.MonkeyPatch.context() as patch:
        cut_after(patch, getattr(kept.house, room), step)
        response = keeper.open(a_key())
        if step == "fix":
            # Before the first word the answer is an error page; after it, the words break off.
            assert response.status_code == 500
        else:
            with pytest.raises(PowerCutError):
                told(response)
    assert kept.house.waves.find(kept.key()).state in {WaveState.DESTROYING, WaveState.REVEALED}

    # Once the answers are written what is left wants no key.
    again = keeper.open(a_key() if step == "fix" else None)

    assert told(again)[-1] == {"end": "revealed", "cast": 10, "revealed": 10}
    assert len(kept.house.results.packed(kept.key())) == 10
    assert kept.house.waves.find(kept.key()).state == WaveState.REVEALED


def test_before_the_promised_date_nothing_is_opened(tmp_path: Path) -> None:
    with installed(tmp_path) as (house, client):
        pilot = RunningPilot(house, client, key="passphrase", demo=False)
        staff(pilot)
        answered(pilot)
        promised = house.waves.find(pilot.key()).promised_at
        assert promised is not None

        def due(after: timedelta) -> Due:
            custody = Custody(
                desk=house.desk,
                waves=house.waves,
                rosters=house.rosters,
                keyring=house.keyring,
                clock=lambda: promised + after,
            )
            return custody.pilot("offers").waves[0].due

        assert (due(timedelta()), due(timedelta(minutes=15))) == (Due.WAIT, Due.OPEN)
        response = Keeper(pilot).open(a_key())
        assert (response.status_code, told(response)) == (409, [{"end": "not_now"}])
        assert house.waves.find(pilot.key()).state == WaveState.CLOSED


def test_a_damaged_key_is_to_be_restored(kept: RunningPilot, tmp_path: Path) -> None:
    answered(kept)
    (tmp_path / "var" / "keys" / "offers.1.box.json").write_text("{}")
    (tmp_path / "var" / "keys" / "offers.2.box.json").write_text("{}")
    keeper = Keeper(kept)

    assert "Its key is missing on the server" in keeper.get().text
    assert keeper.keep({"offers.2": a_wrapped_key("any")}).status_code == 409


def refuse() -> None:
    raise RefusedError("somebody is reading")


def test_in_file_mode_the_trustee_opens_without_a_passphrase(pilot: RunningPilot) -> None:
    staff(pilot)
    pilot.people(10)
    for number, code in enumerate(pilot.start()):
        pilot.send(code, any_days=number % 8)
    pilot.house.fieldwork.close(pilot.key())
    keeper = Keeper(pilot)

    page = Page(keeper.get().text)

    assert not [values for _, values in page.inputs if values.get("type") == "password"]
    assert keeper.keep(all_keys(pilot)).status_code == 409
    assert told(keeper.open(None))[-1] == {"end": "revealed", "cast": 10, "revealed": 10}


def test_what_the_trustee_did_is_on_record_without_a_secret(kept: RunningPilot) -> None:
    answered(kept)
    Keeper(kept).open(a_key()).close()

    with kept.house.engines["desk"].connect() as connection:
        rows = [tuple(row) for row in connection.exec_driver_sql("select actor, action, detail from audit_entry")]

    assert ("trustee@example.org", "wave reveal", "offers.1") in rows
    assert [row for row in rows if row[1] == "key made" and row[2].startswith("offers.1 ")]


# ----------------------------------------------------------------- recovery sheet


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_sheet_brings_every_key_back(kept: RunningPilot, language: str) -> None:
    import io

    import pikepdf

    keeper = Keeper(kept)
    keys = all_keys(kept)
    keeper.keep(keys)

    answer = keeper.client.get("/staff/trustee/offers/recovery-sheet.pdf", headers={"Accept-Language": language})

    with pikepdf.open(io.BytesIO(answer.data)) as pdf:
        words = tagged.words(pdf)
        fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
        assert all("/FontFile2" in font.DescendantFonts[0].FontDescriptor for font in fonts)
    assert wrapping.from_lines(words) == keys
    fingerprint = kept.house.custody.pilot("offers").waves[0].fingerprint
    assert re.sub(r"\s", "", fingerprint) in words


def test_without_keys_there_is_no_sheet(kept: RunningPilot) -> None:
    assert Keeper(kept).get("/recovery-sheet.pdf").status_code == 404
