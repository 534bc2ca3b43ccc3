"""The wheel, installed beside the dependencies only and used far from the checkout: everything it needs came along."""

import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pikepdf
import pytest

ROOT = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


def checked(*words: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    # No path to the checkout may help.
    command = ["env", "-u", "PYTHONPATH", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    checked(
        sys.executable, "-m", "pip", "wheel", "-q", ROOT, "--no-deps", "--no-build-isolation", "-w", folder, folder=ROOT
    )
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel; the dependencies are borrowed from this one, its editable install is not."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    made = folder / "bin" / "python"
    checked(sys.executable, "-m", "pip", "--python", made, "install", "-q", "--no-deps", wheel, folder=folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    # A path in a .pth file is searched, but the .pth files in it are not read.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return made


@pytest.fixture
def run(python: Path, tmp_path: Path) -> Run:
    """Return what a command of the installed program says."""

    def surveyapp(*words: str | Path) -> subprocess.CompletedProcess[str]:
        return checked(python.with_name("surveyapp"), *words, folder=tmp_path)

    return surveyapp


def files(folder: str, ending: str) -> set[str]:
    return {str(path.relative_to(ROOT)) for path in (ROOT / folder).rglob(f"*{ending}") if path.is_file()}


def test_every_file_that_is_read_at_run_time_is_inside(wheel: Path) -> None:
    inside = set(ZipFile(wheel).namelist())

    assert {f"surveyapp/{name}" for name in files("templates", "") | files("questionnaires", ".yaml")} <= inside
    assert files("surveyapp/migrations", ".py") | files("surveyapp", ".po") | files("analysis", ".po") <= inside
    assert files("surveyapp/web/static", "") <= inside


def test_nothing_else_is_inside(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in ZipFile(wheel).namelist()}

    assert tops == {"analysis", "surveyapp", wheel.name.removesuffix("-py3-none-any.whl") + ".dist-info"}


def test_the_program_runs_from_the_wheel(python: Path, tmp_path: Path) -> None:
    program = "import surveyapp, analysis, sys; print(surveyapp.__file__, analysis.__file__)"

    for path in checked(python, "-c", program, folder=tmp_path).stdout.split():
        assert Path(path).is_relative_to(python.parents[1])


def test_help_settings_and_schema(run: Run) -> None:
    assert "Start with: surveyapp demo" in run("--help").stdout
    assert "SURVEYAPP_VAR_DIR" in run("settings").stdout
    assert run("questionnaire", "schema").stdout == (ROOT / "questionnaires" / "schema.json").read_text("utf-8")


def test_an_installation_is_made_and_takes_a_charter(run: Run, tmp_path: Path) -> None:
    run("init")
    run("pilot", "create", ROOT / "examples" / "charter.yaml")

    assert "offers-with-assistant-x" in run("pilot", "list").stdout
    assert run("doctor").returncode == 0
    assert (tmp_path / "var" / "office.sqlite").exists()


def test_answers_are_analysed_in_both_languages(run: Run, tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text("branch,use\n" + "professional,uses\nhobby,plans\n" * 6, "utf-8")
    example = ROOT / "examples" / "developers"
    charter = ["--charter", example / "charter.yaml", "--lang", "en,de"]

    run(
        "analyse", "--answers", "answers.csv", "--questionnaire", example / "questionnaire.yaml", *charter, "--out", "o"
    )

    assert {path.name for path in (tmp_path / "o").iterdir()} == {
        "export.sav",
        "export.xlsx",
        "export.zip",
        "readout.de.pdf",
        "readout.pdf",
        "report.json",
    }


def test_without_its_extra_only_the_spss_file_is_missing(python: Path, tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text("branch,use\n" + "professional,uses\nhobby,plans\n" * 6, "utf-8")
    example = ROOT / "examples" / "developers"
    words = ["--questionnaire", str(example / "questionnaire.yaml"), "--charter", str(example / "charter.yaml")]
    program = (
        "import sys; sys.modules['pyreadstat'] = None; from surveyapp.__main__ import main; "
        f"sys.exit(main(['analyse', '--answers', 'answers.csv', *{words!r}, '--out', 'o']))"
    )

    checked(python, "-c", program, folder=tmp_path)

    assert {path.name for path in (tmp_path / "o").iterdir()} == {
        "export.xlsx",
        "export.zip",
        "readout.pdf",
        "report.json",
    }


@pytest.mark.slow
def test_the_demonstration_is_played_from_the_wheel(run: Run, tmp_path: Path) -> None:
    run("demo", "--no-serve", "--out", "sample")

    for pilot in ("offers", "claims"):
        for name in ("readout.pdf", "readout.de.pdf"):
            with pikepdf.open(tmp_path / "sample" / pilot / name) as readout:
                assert 8 <= len(readout.pages) <= 14, (pilot, name)
        assert (tmp_path / "sample" / pilot / "export.zip").exists()
    for name in ("comparison.pdf", "comparison.de.pdf"):
        with pikepdf.open(tmp_path / "sample" / name) as comparison:
            assert len(comparison.pages) == 1, name
