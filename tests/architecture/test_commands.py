"""Every command is declared, explained and can be given what it needs."""

import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator

import pytest

from surveyapp.__main__ import COMMANDS, parser
from surveyapp.app import BUILDERS


def _commands(line: ArgumentParser) -> Iterator[ArgumentParser]:
    groups = [action for action in line._actions if hasattr(action, "choices") and isinstance(action.choices, dict)]
    if not groups:
        yield line
    for group in groups:
        for child in group.choices.values():
            yield from _commands(child)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_help_with_an_example_and_its_services(name: str) -> None:
    for command in _commands(parser(name)):
        needs = command.get_default("needs")
        assert "example:\n  surveyapp " in (command.epilog or ""), command.prog
        assert callable(command.get_default("run")), command.prog
        assert needs is None or needs.__name__ in BUILDERS


def test_help_needs_no_heavy_library() -> None:
    program = "import sys; from surveyapp.__main__ import parser; parser(None).format_help(); print(*sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()

    assert not {"sqlalchemy", "flask", "pandas", "numpy", "cryptography"} & set(loaded)


def test_a_submission_loads_neither_analysis_nor_pdf_libraries() -> None:
    program = """
import sys, tempfile, pathlib
from surveyapp.app import House, create_app
from surveyapp.settings import Settings
settings = Settings(var_dir=pathlib.Path(tempfile.mkdtemp()) / "var", secret_key="x")
House(settings).prepare()
client = create_app(settings).test_client()
assert client.post("/s/none.1", data={"code": "x"}).status_code == 404
print(*sys.modules)
"""

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()

    assert not {"pandas", "numpy", "matplotlib", "scipy", "weasyprint"} & set(loaded)
