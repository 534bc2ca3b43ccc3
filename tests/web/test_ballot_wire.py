"""The routes of the sealed ballot: what they take, what they refuse, and that a refusal stores nothing."""

import json
import secrets
from dataclasses import replace

import pytest
from werkzeug.datastructures import MultiDict

from surveyapp.app import House, web_application
from surveyapp.casting import MESSAGE_BYTES
from surveyapp.crypto import base64url
from surveyapp.crypto.blind_rsa import Message, Signature
from surveyapp.crypto.sealing import SealedBallot
from surveyapp.database import read
from surveyapp.office.tables import ACCESS, BOX, LEDGER, SPENT
from tests.story import RunningPilot
from tests.wire import Ballot, WireClient

ANSWERS = {"group": "sales", "any_days": 2}


def stored(pilot: RunningPilot) -> list[list[object]]:
    """All that a ballot can change in the office."""
    engine = pilot.house.engines["office"]
    return [
        sorted(map(repr, read(engine, lambda connection, table=table: connection.execute(table.select()).all())))
        for table in (ACCESS, LEDGER, SPENT, BOX)
    ]


@pytest.fixture
def codes(pilot: RunningPilot) -> list[str]:
    pilot.people(9)
    return list(pilot.start())


@pytest.fixture
def wire(pilot: RunningPilot, codes: list[str]) -> WireClient:
    assert codes
    return WireClient(pilot.client, str(pilot.key()))


def test_what_was_cast_is_revealed(pilot: RunningPilot, codes: list[str], wire: WireClient) -> None:
    for days, code in enumerate(codes):
        wire.vote(code, {"group": "sales", "any_days": days % 6})

    wave = pilot.close_and_reveal()

    assert (wave.issued, wave.cast, wave.revealed, wave.spoiled, wave.empty) == (9, 9, 9, 0, 0)


def test_both_ways_into_the_box_end_in_one_result(pilot: RunningPilot, codes: list[str], wire: WireClient) -> None:
    for number, code in enumerate(codes):
        if number % 2:
            wire.vote(code, ANSWERS)
        else:
            assert pilot.send(code, any_days=1).status_code == 303

    wave = pilot.close_and_reveal()

    assert (wave.cast, wave.revealed) == (9, 9)


def test_the_two_ways_leave_the_same_kinds_of_rows(pilot: RunningPilot, codes: list[str], wire: WireClient) -> None:
    wire.vote(codes[0], ANSWERS)
    pilot.send(codes[1], any_days=1)

    engine = pilot.house.engines["office"]
    for table, lengths in ((SPENT, {"message_digest": 32, "sealed_digest": 32}), (BOX, {"id": 16})):
        rows = read(engine, lambda connection, table=table: connection.execute(table.select()).mappings().all())
        assert len(rows) == 2
        assert all(len(row[column]) == length for row in rows for column, length in lengths.items())
    issued = read(
        engine, lambda connection: connection.execute(LEDGER.select().where(LEDGER.c.state == "issued")).all()
    )
    assert [len(row.blinded_digest) for row in issued] == [32, 32]


def test_the_same_slip_again_gets_the_same_signature(codes: list[str], wire: WireClient) -> None:
    slip = wire.slip()

    first, second = wire.issue(codes[0], slip), wire.issue(codes[0], slip)

    assert (first.status_code, first.json) == (200, second.json)


def test_another_slip_for_a_used_code_is_refused(pilot: RunningPilot, codes: list[str], wire: WireClient) -> None:
    wire.issue(codes[0], wire.slip())
    before = stored(pilot)

    refused = wire.issue(codes[0], wire.slip())

    assert refused.status_code == 403
    assert stored(pilot) == before


def test_unknown_used_and_misspelt_codes_get_the_same_answer(codes: list[str], wire: WireClient) -> None:
    wire.vote(codes[0], ANSWERS)

    answers = {
        (response.status_code, response.data, tuple(sorted(response.headers.items())))
        for response in (
            wire.issue(code, wire.slip()) for code in (codes[0], "0000-0000-0000-0000", "nothing", "", "ä" * 16)
        )
    }

    ((status, body, _),) = answers
    assert status == 403
    assert json.loads(body) == {"error": "This code cannot be used. If you have already answered, thank you."}


def test_a_code_whose_form_was_sent_gets_no_slip_and_the_reverse(
    pilot: RunningPilot, codes: list[str], wire: WireClient
) -> None:
    pilot.send(codes[0], any_days=1)
    wire.issue(codes[1], wire.slip())

    assert wire.issue(codes[0], wire.slip()).status_code == 403
    assert pilot.send(codes[1], any_days=1).status_code == 422


def test_a_ballot_sent_again_is_a_success_and_counts_once(
    pilot: RunningPilot, codes: list[str], wire: WireClient
) -> None:
    ballot = wire.vote(codes[0], ANSWERS)
    before = stored(pilot)

    assert wire.cast(ballot).status_code == 200
    assert stored(pilot) == before


def test_another_ballot_with_the_same_slip_is_refused(pilot: RunningPilot, codes: list[str], wire: WireClient) -> None:
    ballot = wire.vote(codes[0], ANSWERS)
    before = stored(pilot)

    refused = wire.cast(replace(ballot, sealed=wire.seal({"group": "support"})))

    assert (refused.status_code, refused.json) == (
        409,
        {"error": "Another ballot was already sent with this slip. The first one counts."},
    )
    assert stored(pilot) == before


def test_a_refusal_speaks_the_language_asked_for(codes: list[str], wire: WireClient) -> None:
    wire.issue(codes[0], wire.slip())

    refused = wire.post("issue", {"code": codes[0], "blinded": base64url.write(wire.slip().blinding.blinded)}, "de")

    assert refused.json["error"].startswith("Dieser Code kann nicht verwendet werden.")


def short(raw: bytes) -> bytes:
    return raw[:-1]


def flipped(raw: bytes) -> bytes:
    return raw[:-1] + bytes([raw[-1] ^ 1])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda ballot: replace(ballot, message=Message(short(ballot.message))), "message has the wrong length"),
        (lambda ballot: replace(ballot, message=Message(ballot.message + b"0")), "message has the wrong length"),
        (lambda ballot: replace(ballot, message=Message(flipped(ballot.message))), "signature is not one"),
        (lambda ballot: replace(ballot, signature=Signature(flipped(ballot.signature))), "signature is not one"),
        (lambda ballot: replace(ballot, signature=Signature(short(ballot.signature))), "signature is not one"),
        (lambda ballot: replace(ballot, signature=Signature(b"")), "signature is not one"),
        (lambda ballot: replace(ballot, sealed=SealedBallot(short(ballot.sealed))), "wrong length, or begins"),
        (lambda ballot: replace(ballot, sealed=SealedBallot(ballot.sealed + b"0")), "wrong length, or begins"),
        (lambda ballot: replace(ballot, sealed=SealedBallot(b"\4" + b"\1" * (len(ballot.sealed) - 1))), "no point"),
        (lambda ballot: replace(ballot, sealed=SealedBallot(b"\2" + ballot.sealed[1:])), "no point"),
    ],
)
def test_a_bad_envelope_is_refused_with_its_reason_and_stores_nothing(
    pilot: RunningPilot, codes: list[str], wire: WireClient, change: object, words: str
) -> None:
    ballot = wire.ballot(codes[0], ANSWERS)
    before = stored(pilot)

    refused = wire.cast(change(ballot))  # type: ignore[operator]

    assert refused.status_code == 400
    assert words in refused.json["error"]
    assert stored(pilot) == before
    assert wire.cast(ballot).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff\xfe",
        b'{"message": ""}',
        b'{"message": "AA", "signature": "AA", "sealed": 7}',
        b'{"message": "AA", "signature": "AA", "sealed": "AA", "code": "AA"}',
        b'{"message": "AA", "message": "AA", "signature": "AA", "sealed": "AA"}',
        b'{"message": "AA==", "signature": "AA", "sealed": "AA"}',
        b'{"message": "A A", "signature": "AA", "sealed": "AA"}',
        b'{"message": "AB", "signature": "AA", "sealed": "AA"}',
        b'{"message": "\\ud800", "signature": "AA", "sealed": "AA"}',
        b"[" * 100_000,
    ],
)
def test_a_body_that_is_no_ballot_is_refused(pilot: RunningPilot, wire: WireClient, body: bytes) -> None:
    before = stored(pilot)

    for route in ("cast", "issue"):
        refused = pilot.client.post(f"/s/{wire.wave}/{route}", data=body)

        assert refused.status_code == 400
        assert refused.json["error"]
    assert stored(pilot) == before


@pytest.mark.parametrize("number", [0, -1], ids=["zero", "modulus"])
def test_a_slip_out_of_range_is_refused_and_the_code_stays_good(
    pilot: RunningPilot, codes: list[str], wire: WireClient, number: int
) -> None:
    modulus = pilot.house.keyring.signing_key(wire.wave).public_key().public_numbers().n
    blinded = (modulus if number else 0).to_bytes(384, "big")

    for value in (blinded, blinded[1:], blinded + b"\0"):
        refused = wire.post("issue", {"code": codes[0], "blinded": base64url.write(value)})
        assert (refused.status_code, refused.json) == (400, {"error": "The slip is not one that can be signed."})

    wire.vote(codes[0], ANSWERS)


def test_a_signature_of_another_wave_is_refused(pilot: RunningPilot, codes: list[str], wire: WireClient) -> None:
    ballot = wire.ballot(codes[0], ANSWERS)
    pilot.house.fieldwork.close(pilot.key())
    pilot.start(2)
    other = WireClient(pilot.client, str(pilot.key(2)))

    refused = other.cast(Ballot(ballot.message, ballot.signature, other.seal(ANSWERS)))

    assert (refused.status_code, refused.json) == (400, {"error": "The signature is not one of this survey."})


def test_a_signature_made_up_is_refused(wire: WireClient) -> None:
    invented = Ballot(
        Message(secrets.token_bytes(MESSAGE_BYTES)), Signature(secrets.token_bytes(384)), wire.seal(ANSWERS)
    )

    assert wire.cast(invented).status_code == 400


def test_a_closed_wave_issues_no_slips_and_takes_what_was_issued(
    pilot: RunningPilot, codes: list[str], wire: WireClient
) -> None:
    ballot = wire.ballot(codes[0], ANSWERS)

    pilot.house.fieldwork.close(pilot.key())

    refused = wire.issue(codes[1], wire.slip())
    assert (refused.status_code, refused.json) == (410, {"error": "This survey is closed. Nothing was sent."})
    assert wire.cast(ballot).status_code == 201


def test_a_revealed_wave_takes_nothing(pilot: RunningPilot, codes: list[str], wire: WireClient) -> None:
    late = wire.ballot(codes[0], ANSWERS)
    for code in codes[1:]:
        wire.vote(code, ANSWERS)
    pilot.close_and_reveal()

    assert wire.cast(late).status_code == 410
    # Its signing key is destroyed: an answer "try again later" would keep browsers asking for ever.
    refused = wire.issue(codes[0], wire.slip())
    assert (refused.status_code, refused.json) == (410, {"error": "This survey is closed. Nothing was sent."})


def test_an_open_wave_that_lost_its_key_says_to_ask_again(
    pilot: RunningPilot, codes: list[str], wire: WireClient
) -> None:
    before = stored(pilot)
    pilot.house.keyring.destroy(str(pilot.key()))

    assert wire.issue(codes[0], wire.slip()).status_code == 500
    assert stored(pilot) == before


def test_an_address_without_a_wave_is_no_survey(wire: WireClient, pilot: RunningPilot) -> None:
    for address in ("nothing.1", "offers.9", "..", "OFFERS.1"):
        for route in ("issue", "cast"):
            assert pilot.client.post(f"/s/{address}/{route}", json={}).status_code == 404
        assert pilot.client.get(f"/s/{address}/ballot.json").status_code == 404
    assert wire.data


def test_the_data_say_what_the_page_says(pilot: RunningPilot, wire: WireClient) -> None:
    poll = pilot.poll()

    assert wire.data["fingerprint"] == poll.fingerprint
    assert [question["id"] for question in wire.data["questions"]] == [
        question.id for question in poll.questionnaire.questions
    ]
    assert wire.data["plaintext_bytes"] % 256 == 0
    assert len(base64url.read(wire.data["box_key"])) == 65
    german = json.loads(pilot.client.get(f"/s/{wire.wave}/ballot.json?lang=de").data)
    assert german["language"] == "de"
    assert german["title"] != wire.data["title"]


def test_the_data_of_a_closed_wave_are_gone(pilot: RunningPilot, codes: list[str]) -> None:
    assert codes
    pilot.house.fieldwork.close(pilot.key())

    assert pilot.client.get(f"/s/{pilot.key()}/ballot.json").status_code == 410


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_at_the_routes_changes_nothing(pilot: RunningPilot, wire: WireClient, method: str) -> None:
    before = stored(pilot)

    for route in ("", "/issue", "/cast", "/ballot.json", "/thanks"):
        getattr(pilot.client, method)(f"/s/{wire.wave}{route}")

    assert stored(pilot) == before


def test_a_wave_of_an_earlier_version_takes_forms_only(pilot: RunningPilot, codes: list[str], wire: WireClient) -> None:
    engine = pilot.house.engines["office"]
    ballot = wire.ballot(codes[0], ANSWERS)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE wave SET sign_public_key = NULL")
    house = House(pilot.house.settings)
    restarted = web_application(house).test_client()

    slip = {"code": codes[1], "blinded": base64url.write(wire.slip().blinding.blinded)}
    refused = [
        restarted.post(f"/s/{wire.wave}/{route}", json=body)
        for route, body in (("issue", slip), ("cast", ballot.body()))
    ]
    sent = restarted.post(f"/s/{wire.wave}", data=MultiDict(pilot.fields(codes[1], any_days=1)))

    assert [response.json for response in refused] == 2 * [{"error": "This survey takes forms only."}]
    assert sent.status_code == 303
    assert json.loads(restarted.get(f"/s/{wire.wave}/ballot.json").data)["signing_key"] is None
    house.close()
