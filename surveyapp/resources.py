"""Where the files that come with the program lie: beside the packages in a checkout, inside them in a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def _folder(name: str) -> Path:
    checkout = _PACKAGE.parent / name
    return checkout if (_PACKAGE.parent / "pyproject.toml").is_file() else _PACKAGE / name


def templates() -> Path:
    """Return the folder of page, mail and readout templates."""
    return _folder("templates")


def questionnaires() -> Path:
    """Return the folder of the shipped questionnaires."""
    return _folder("questionnaires")


def migrations() -> Path:
    """Return the folder of the migrations, one environment per database."""
    return _PACKAGE / "migrations"


def translations() -> Path:
    """Return the folder of the catalogues."""
    return _PACKAGE / "translations"
