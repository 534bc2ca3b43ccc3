"""`surveyapp plan` in words."""

import pytest

from surveyapp.__main__ import main


def planned(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["plan", *words]) == 0
    return capsys.readouterr().out


def test_it_says_what_is_needed_and_what_can_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    said = planned(capsys, "--people", "60", "--expected-share", ".8", "--threshold", ".7")

    assert "60 people invited, 80% believed to be active, the gate asks for 70%" in said
    assert "     36       60%             80%              0%  28 active   22 active" in said
    assert "     24       40%  no verdict: the charter asks for 50% response" in said
    assert "needed for PASS with a chance of 80%: 34 answers (57% response)" in said
    assert "a share of 80% as between 68% and 87% (95 % interval)" in said
    assert "a change between two waves from about 13 points on, and no smaller one" in said
    assert "at most 12 teams by themselves" in said


def test_a_share_below_the_gate_never_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert "no number of answers gives PASS" in planned(capsys, "--people", "20", "--expected-share", ".5")


def test_a_share_near_the_gate_may_be_too_near(capsys: pytest.CaptureFixture[str]) -> None:
    said = planned(capsys, "--people", "40", "--expected-share", ".7", "--minimum-response", "1")

    assert "40 answers (100% response)" in said
    assert "every change between two waves" in said


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (["--people", "x", "--expected-share", ".8"], "a whole number from 2 to 1000000"),
        (["--people", "1", "--expected-share", ".8"], "a whole number from 2 to 1000000"),
        (["--people", "60", "--expected-share", "80"], "more than 0 and at most 1"),
        (["--people", "60", "--expected-share", "most"], "more than 0 and at most 1"),
        (["--people", "60", "--expected-share", "nan"], "more than 0 and at most 1"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(
    capsys: pytest.CaptureFixture[str], words: list[str], wrong: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["plan", *words])

    assert ended.value.code == 2
    assert wrong in capsys.readouterr().err
