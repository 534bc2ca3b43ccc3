"""Files that a command leaves behind: each whole or not at all."""

from collections.abc import Mapping
from pathlib import Path


def write_files(folder: Path, documents: Mapping[str, bytes]) -> None:
    """Write all *documents* into *folder*, each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in documents.items():
        draft = folder / f".{name}.new"
        draft.write_bytes(content)
        draft.replace(folder / name)
