"""Files that a command leaves behind: each whole or not at all."""

from collections.abc import Mapping
from pathlib import Path

from surveyapp.errors import EnvironmentProblemError


def write_files(folder: Path, documents: Mapping[str, bytes]) -> None:
    """Write all *documents* into *folder*, each whole or not at all.

    Raises:
        EnvironmentProblemError: the folder cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in documents.items():
            draft = folder / f".{name}.new"
            draft.write_bytes(content)
            draft.replace(folder / name)
    except OSError as error:
        raise EnvironmentProblemError(
            f"{folder} cannot be written: {error.strerror}", "choose another folder"
        ) from error
