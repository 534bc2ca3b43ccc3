"""Headers that every answer carries."""

import base64
import hashlib
import re
from collections.abc import Mapping
from typing import Final

from flask import Flask, Response

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def _written(policy: Mapping[str, str]) -> str:
    return "; ".join(f"{directive} {source}" for directive, source in policy.items())


_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_HEADERS = {
    "Content-Security-Policy": _written(_POLICY),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Forms of signed-in staff are checked against their referrer over HTTPS; respondents send none at all.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def install(app: Flask) -> None:
    """Add the headers to every answer of *app* that has not set them itself."""

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        # Set in any case: the sign-in library writes a value of its own that browsers do not understand.
        if not response.cache_control.immutable:
            response.headers["Cache-Control"] = "no-store"
        return response


def allow_pictures_inside(response: Response) -> None:
    """Let a page show pictures that it carries itself, as charts are; scripts in them are not run."""
    response.headers["Content-Security-Policy"] = _written(_POLICY | {"img-src": "'self' data:"})


def allow_frames(response: Response) -> None:
    """Let a page frame pages of this service that allow it."""
    response.headers["Content-Security-Policy"] = _written(_POLICY | {"frame-src": "'self'"})


def allow_frame_of_ours(response: Response) -> None:
    """Let a page be framed by pages of this service."""
    response.headers["Content-Security-Policy"] = _written(_POLICY | {"frame-ancestors": "'self'"})
    response.headers["X-Frame-Options"] = "SAMEORIGIN"


def allow_forms_to(response: Response, origin: str) -> None:
    """Let the forms of a page lead to *origin*, too."""
    response.headers["Content-Security-Policy"] = _written(_POLICY | {"form-action": f"'self' {origin}"})


def show_a_mail(response: Response) -> None:
    """Let a page that is the body of a mail use the styles that it carries itself, and nothing else at all."""
    digests = (hashlib.sha256(style.encode()).digest() for style in _STYLE.findall(response.get_data(as_text=True)))
    styles = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    policy = {
        "default-src": "'none'",
        "style-src": styles or "'none'",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "sandbox": "",
    }
    response.headers["Content-Security-Policy"] = _written(policy)
