"""Questionnaires of other programs become ours; whatever does not come along is named."""

import io
import zipfile
from argparse import ArgumentParser
from pathlib import Path

import pytest
import xlsxwriter

from analysis.codebook import All, Any, Not
from analysis.codebook import Test as Where
from surveyapp.cli import questionnaire as command
from surveyapp.errors import InputError
from surveyapp.foreign.reading import Imported, import_bytes, import_file
from surveyapp.foreign.writing import written
from surveyapp.questionnaire.loader import load, load_bytes
from surveyapp.questionnaire.model import Matrix, MultipleChoice, Number, Question, Rank, Scale, SingleChoice

FILES = Path(__file__).parent / "foreign"


def run(*words: str) -> int:
    parser = ArgumentParser()
    command.add_commands(parser.add_subparsers())
    arguments = parser.parse_args(["questionnaire", *words])
    code: int = arguments.run(arguments)
    return code


def workbook(**sheets: list[list[object]]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return target.getvalue()


def question(found: Imported, name: str) -> Question:
    return next(question for question in found.questionnaire.questions if question.id == name)


def lost(found: Imported) -> str:
    return "\n".join(map(str, found.losses))


# --------------------------------------------------------------------------- XLSForm


def test_an_xlsform_becomes_a_questionnaire_that_passes_the_check() -> None:
    found = import_file(FILES / "tools.csv")

    assert load_bytes(written(found.questionnaire, ["report"]).encode(), "x.yaml") == found.questionnaire
    assert found.questionnaire.languages == ("en", "de")
    assert found.questionnaire.title.into("en") == "Tools at work"
    assert [section.id for section in found.questionnaire.sections] == ["use", "rest"]
    assert [one.id for one in found.questionnaire.questions] == ["aware", "days", "tasks", "order", "why"]


def test_kinds_limits_and_conditions_of_an_xlsform_keep_their_meaning() -> None:
    found = import_file(FILES / "tools.csv")
    aware, days, tasks = (question(found, name) for name in ("aware", "days", "tasks"))

    assert isinstance(aware, SingleChoice)
    assert aware.required
    assert isinstance(days, Number)
    assert (days.minimum, days.maximum) == (0, 7)
    assert days.shown_if == Where("aware", "is", ("yes",))
    assert isinstance(tasks, MultipleChoice)
    assert tasks.maximum == 2
    assert [option.code for option in tasks.options] == ["c1", "c2", "other"]
    assert tasks.shown_if == All((Where("days", "at_least", (1,)), Not(Where("aware", "is", ("no",)))))
    answered = Where("aware", "answered", (True,))
    assert question(found, "order").shown_if == All((answered, Where("tasks", "includes", ("c1",))))


def test_everything_that_an_xlsform_loses_is_named_with_its_place() -> None:
    found = import_file(FILES / "tools.csv")

    for line in (
        "refused: survey, row 3: start (start): ",
        "refused: survey, row 4: device (deviceid): ",
        "refused: survey, row 10: email: it asks who somebody is",
        "refused: survey, row 16: where (geopoint): ",
        "left out: sheet survey: column appearance, 1 rows: how a question looks is decided here",
        "left out: survey, row 15: odd: asked without its condition it would mean something else",
        "changed: survey, row 5: welcome: the note became the introduction of the questionnaire",
        "changed: title: the introduction: HTML became plain words",
        "changed: survey, row 8: Days: its id is `days` now",
        "changed: survey, row 9: tasks: every code is new: 1 → c1, 2 → c2",
        "changed: survey, row 13: order: has no text in de: the one in en stands there",
        "changed: survey, row 14: why: ${aware} cannot be inserted here, “…” stands there",
        "left out: settings, row 26: style = pages: a setting of another program",
    ):
        assert line in lost(found)


def test_xlsx_and_csv_of_the_same_form_give_the_same_questions() -> None:
    rows: list[list[object]] = [
        ["type", "name", "label"],
        ["select_one l", "q", "Which?"],
        ["integer", "n", "How many?"],
    ]
    choices: list[list[object]] = [["list_name", "name", "label"], ["l", "a", "A"], ["l", 2, "B"]]
    lines = ["survey", ",type,name,label", ",select_one l,q,Which?", ",integer,n,How many?"]
    lines += ["choices", ",list_name,name,label", ",l,a,A", ",l,2,B"]

    one = import_bytes(workbook(survey=rows, choices=choices), "form.xlsx")
    other = import_bytes("\n".join(lines).encode(), "form.csv")

    assert one.questionnaire == other.questionnaire


def test_what_looks_at_a_refused_question_is_not_asked_of_everybody() -> None:
    rows: list[list[object]] = [
        ["type", "name", "label", "relevant"],
        ["text", "email", "Your mail?", ""],
        ["integer", "a", "How many?", ""],
        ["integer", "b", "How often?", "${email} != ''"],
        ["integer", "c", "How long?", "${b} > 3"],
        ["integer", "d", "How far?", "${a} > 3 or ${a} = 1"],
    ]

    found = import_bytes(workbook(survey=rows), "form.xlsx")

    assert [one.id for one in found.questionnaire.questions] == ["a", "d"]
    assert "it looks at `email`, which was not imported" in lost(found)
    assert "it looks at `b`, which was not imported" in lost(found)
    assert question(found, "d").shown_if == Any((Where("a", "at_least", (4,)), Where("a", "is", (1,))))


def test_half_a_constraint_never_becomes_its_opposite() -> None:
    rows: list[list[object]] = [
        ["type", "name", "label", "constraint"],
        ["integer", "a", "How many?", "not(. > 5 and . < 9)"],
        ["integer", "b", "How many?", ". > 5.5 and . < 9"],
    ]

    found = import_bytes(workbook(survey=rows), "form.xlsx")
    first, second = question(found, "a"), question(found, "b")

    assert isinstance(first, Number)
    assert first.maximum == 1_000_000
    assert isinstance(second, Number)
    assert (second.minimum, second.maximum) == (6, 8)
    assert "the constraint “not(. > 5 and . < 9)” has no counterpart here" in lost(found)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([["type", "name"], ["begin group", "g"]], "survey, row 2: the group g never ends: add a row `end group`"),
        ([["type", "name"], ["end group", ""]], "survey, row 2: a group ends here that was never begun"),
        ([["type", "name"], ["geopoint", "g"]], "nothing in it can be asked here"),
    ],
)
def test_a_form_that_cannot_be_used_is_refused_with_sheet_and_row(rows: list[list[object]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        import_bytes(workbook(survey=rows), "form.xlsx")


def test_a_spreadsheet_without_a_survey_says_what_it_has() -> None:
    with pytest.raises(InputError, match="an XLSForm has a sheet `survey`, this file has: people"):
        import_bytes(workbook(people=[["name"], ["x"]]), "people.xlsx")


def test_a_file_with_thousands_of_questions_is_refused_before_it_takes_long() -> None:
    lines = ["survey", ",type,name,label", *[",integer,n,How many?"] * 100_000]

    with pytest.raises(InputError, match="more than 1000 questions are no questionnaire"):
        import_bytes("\n".join(lines).encode(), "form.csv")


def test_a_spreadsheet_that_unpacks_to_too_much_is_refused() -> None:
    rows: list[list[object]] = [["type", "name", "label"], ["integer", "n", "How many?"]]
    bomb = io.BytesIO(workbook(survey=rows))
    assert import_bytes(bomb.getvalue(), "form.xlsx").questionnaire.questions
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/media/large.bin", bytes(120_000_000))

    assert len(bomb.getvalue()) < 200_000
    with pytest.raises(InputError, match="the spreadsheet unpacks to more than 100 MB"):
        import_bytes(bomb.getvalue(), "form.xlsx")


# --------------------------------------------------------------------------- LimeSurvey


@pytest.mark.parametrize("name", ["tools.csv", "tools.txt", "tools.lss", "tools.json"])
def test_what_was_imported_passes_the_check(name: str) -> None:
    found = import_file(FILES / name)

    assert load_bytes(written(found.questionnaire, ["report"]).encode(), "x.yaml") == found.questionnaire


def test_a_tab_separated_survey_keeps_languages_kinds_and_conditions() -> None:
    found = import_file(FILES / "tools.txt")
    tasks, agree = question(found, "tasks"), question(found, "agree")

    assert found.questionnaire.languages == ("en", "de")
    assert [one.id for one in found.questionnaire.questions] == ["aware", "days", "tasks", "agree", "wish"]
    assert [section.title.into("de") for section in found.questionnaire.sections] == ["Ihre Nutzung", "Das Übrige"]
    assert question(found, "days").shown_if == Where("aware", "is", ("a1",))
    assert tasks.shown_if == All((Where("days", "at_least", (1,)), Where("aware", "answered", (True,))))
    assert isinstance(tasks, MultipleChoice)
    assert [option.exclusive for option in tasks.options] == [False, False, True, False]
    assert tasks.maximum == 2
    assert isinstance(agree, Matrix)
    assert [row.code for row in agree.rows] == ["fast", "good"]
    assert [point.label.into("de") for point in agree.points] == ["Nein", "Teils", "Ja"]
    assert agree.shown_if == Not(Where("aware", "is", ("a2",)))


def test_everything_that_a_tab_separated_survey_loses_is_named_with_its_row() -> None:
    found = import_file(FILES / "tools.txt")

    for line in (
        "refused: survey: ipaddr = Y: ",
        "refused: row 29: proof: files can tell who somebody is",
        "refused: row 30: contact: it asks who somebody is",
        "left out: survey: 1 settings: of another program: format",
        "left out: survey: 1 texts: mails and pages have their own words: surveyls_email_invite_subj",
        "left out: survey: 1 attributes: of look, statistics and checks elsewhere: statistics_showgraph (1)",
        "left out: row 28: sum: asked without its condition it would mean something else",
        "left out: row 31: when: there is no kind for dates",
        "changed: row 16: tasks: “Other” is a choice without a field for words",
        "changed: row 16: tasks: it is not required: it only asked once more",
        "changed: row 27: wish: {aware.shown} cannot be inserted here",
    ):
        assert line in lost(found)


def test_an_lss_is_read_with_the_old_names_of_its_questions() -> None:
    found = import_file(FILES / "tools.lss")
    rate = question(found, "rate")

    assert [one.id for one in found.questionnaire.questions] == ["aware", "tasks", "rate"]
    assert isinstance(rate, Scale)
    assert len(rate.points) == 5
    assert question(found, "tasks").shown_if == Not(Where("aware", "is", ("a2",)))
    assert rate.shown_if == Where("tasks", "includes", ("sq1",))
    assert "question why: why: its condition is of an old kind" in lost(found)
    assert "question tasks: tasks, random_order = 1: choices come in the order of the file" in lost(found)
    assert "question thanks: thanks: a text between questions has no place here: “Thank you”" in lost(found)


def test_without_naok_a_hidden_question_makes_the_condition_false() -> None:
    lss = (FILES / "tools.lss").read_text("utf-8")
    bare = lss.replace('((4X1X12SQ1.NAOK == "Y"))', 'tasks_SQ1 != "Y"')

    found = import_bytes(bare.encode(), "bare.lss")

    hidden = Not(Where("aware", "is", ("a2",)))
    assert question(found, "rate").shown_if == All((Not(Where("tasks", "includes", ("sq1",))), hidden))


def test_an_lss_that_declares_entities_is_refused() -> None:
    bomb = b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><document>&b;</document>'

    with pytest.raises(InputError, match="declares a document type"):
        import_bytes(bomb, "bomb.lss")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<document><LimeSurveyDocType>Group</LimeSurveyDocType></document>", "no survey structure .* but: Group"),
        (b"<document>", "bad.lss:1: this is no XML that can be read"),
        (b"class\ttype/scale\tname\ttext\nQ\tL\ta\tWhy?\n", "row 2: a question stands in no group"),
        (b"class\ttype/scale\tname\ttext\nG\t1\tg\t\nA\t0\ta\tYes\n", "row 3: this stands below no question"),
        (b"\xff\xfe\x00", "neither a spreadsheet nor text"),
        (b"x" * 5_000_001, "larger than 5 MB"),
    ],
)
def test_a_file_that_is_no_survey_is_refused_with_the_way_out(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        import_bytes(data, "bad.lss")


# --------------------------------------------------------------------------- SurveyJS


def test_a_surveyjs_form_keeps_languages_kinds_and_conditions() -> None:
    found = import_file(FILES / "tools.json")
    tasks, rate, order = (question(found, name) for name in ("tasks", "rate", "order"))

    assert found.questionnaire.languages == ("en", "de")
    assert [one.id for one in found.questionnaire.questions] == [
        *("aware", "days", "tasks", "rate", "recommend", "agree", "order", "wish")
    ]
    assert question(found, "days").shown_if == Where("aware", "is", ("true",))
    assert isinstance(tasks, MultipleChoice)
    assert [(option.code, option.exclusive) for option in tasks.options] == [
        ("write", False),
        ("find_it", False),
        ("none", True),
        ("other", False),
    ]
    assert tasks.shown_if == All((Where("aware", "is", ("true",)), Where("days", "at_least", (1,))))
    assert isinstance(rate, Scale)
    assert rate.points[0].label.into("de") == "1 (schlecht)"
    assert isinstance(question(found, "recommend"), Number)
    assert question(found, "recommend").shown_if == Where("rate", "at_least", (4,))
    assert isinstance(order, Rank)
    assert order.shown_if == Where("tasks", "includes", ("write", "find_it", "none"))
    assert question(found, "wish").shown_if == All(
        (Where("aware", "is", ("false",)), Where("tasks", "answered", (False,)))
    )


def test_everything_that_a_surveyjs_form_loses_is_named_with_its_page() -> None:
    found = import_file(FILES / "tools.json")

    for line in (
        "refused: page 2, reach: reach: it would tell who somebody is: email",
        "refused: page 2, sign: sign: it would tell who somebody is",
        "left out: form: 2 settings: of another program: showProgressBar, completedHtml",
        "left out: form: 1 properties: of look and behaviour elsewhere: colCount (1)",
        "left out: page 1, rate: rate, requiredIf = {days} > 3: it is not required",
        "left out: page 2, odd: odd: asked without its condition it would mean something else",
        "left out: page 2, when: when: there is no kind for date",
        "left out: page 2, town: town: its choices come from elsewhere",
        "left out: page 2, kids: kids: questions cannot be repeated",
        "changed: panel: more: its questions stand in the section, its title is gone: “More”",
        "changed: page 1: hello: the text became the introduction of its section",
        "changed: tasks: tasks: “Other” is a choice without a field for words",
        "changed: page 2, order: order: 3 choices are put in order, not 4",
        "changed: page 2, wish: wish: {days} cannot be inserted here",
    ):
        assert line in lost(found)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{ pages: [] }", "form.json:1:3: this is no JSON"),
        ('{"pages": 3}', "a SurveyJS form has `pages` or `elements`, this file has: pages"),
        ("[1]", "a SurveyJS form is an object"),
        ('{"a": NaN}', "NaN is no value of JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"elements": []}', "nothing in it can be asked here"),
    ],
)
def test_json_that_is_no_form_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        import_bytes(text.encode(), "form.json")


# --------------------------------------------------------------------------- the command


def test_the_command_writes_the_questionnaire_with_the_report_on_top(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "tools.yaml"

    assert run("import", str(FILES / "tools.csv"), "--out", str(target)) == 0

    report = [line for line in capsys.readouterr().out.splitlines() if line.startswith(("refused", "left", "changed"))]
    assert load(target) == import_file(FILES / "tools.csv").questionnaire
    assert [line[2:] for line in target.read_text("utf-8").splitlines() if line.startswith("# ")][1:] == report


def test_strict_tells_scripts_that_something_was_lost(tmp_path: Path) -> None:
    assert run("import", str(FILES / "tools.csv"), "--out", str(tmp_path / "a.yaml"), "--strict") == 1


def test_a_file_that_exists_is_never_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "mine.yaml"
    target.write_text("mine", "utf-8")

    with pytest.raises(InputError, match="cannot be written: File exists"):
        run("import", str(FILES / "tools.csv"), "--out", str(target))
    assert target.read_text("utf-8") == "mine"


def test_nothing_is_written_when_nothing_can_be_read(tmp_path: Path) -> None:
    source = tmp_path / "form.csv"
    source.write_bytes(b"survey\n,type,name\n,geopoint,g\n")

    with pytest.raises(InputError):
        run("import", str(source), "--out", str(tmp_path / "out.yaml"))
    assert not (tmp_path / "out.yaml").exists()
