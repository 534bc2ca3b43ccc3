"""Style, scripts and icon, served from memory under names that change with their content."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_IMPORT = re.compile(rb'(?<=from "\./)[a-z_]+\.js(?=";)')


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is served."""

    address: str
    media_type: str
    content: bytes


@cache
def assets() -> Mapping[str, Asset]:
    """Return every file by its plain name."""
    return {path.name: _asset(path.name) for path in sorted(_FOLDER.iterdir()) if path.suffix in _TYPES}


@cache
def _asset(name: str) -> Asset:
    path = _FOLDER / name
    # Scripts import each other by the names they are served under, so a name stands for all that is behind it, too.
    content = _IMPORT.sub(lambda found: Path(address(found[0].decode())).name.encode(), path.read_bytes())
    digest = hashlib.sha256(content).hexdigest()[:16]
    return Asset(f"/assets/{path.stem}.{digest}{path.suffix}", _TYPES[path.suffix], content)


def address(name: str) -> str:
    """Return where the file with this plain name is served."""
    return _asset(name).address


def make_blueprint() -> Blueprint:
    """Return the route of all files."""
    blueprint = Blueprint("assets", __name__)
    by_address = {asset.address: asset for asset in assets().values()}

    @blueprint.get("/assets/<name>")
    def serve(name: str) -> Response:
        asset = by_address.get(f"/assets/{name}")
        if asset is None:
            abort(404)
        # No validators: the name says all about the content, and a validator could mark a reader.
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(asset.content, mimetype=None, content_type=asset.media_type, headers=headers)

    return blueprint
