"""A client that reads every page the way a careful person would, and posts the forms it finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import IO

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """What a page holds, and what is wrong with it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings = 0
        self.title = ""
        self.heading = ""
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.inputs: list[tuple[str, dict[str, str | None]]] = []
        self.forms: list[Form] = []
        self.faults: list[str] = []
        self._inside: list[str] = []
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag not in {"meta", "link", "input", "br", "img"}:
            self._inside.append(tag)
        self.headings += tag == "h1"
        if identity := values.get("id"):
            self.ids.append(identity)
        if tag == "label" and values.get("for"):
            self.labelled.add(str(values["for"]))
        if tag == "form":
            self.forms.append(Form(values.get("action") or "", values.get("method") or "get"))
        if tag in {"input", "select", "textarea"}:
            self._control(tag, values)
        if tag == "option" and self._select and (self._select not in self.forms[-1].fields or "selected" in values):
            # As a browser does: what is selected, otherwise the first.
            self.forms[-1].fields[self._select] = values.get("value") or ""
        self._find_faults(tag, values)

    def _control(self, tag: str, values: dict[str, str | None]) -> None:
        left_out = values.get("type") in {"checkbox", "radio"} and "checked" not in values
        if self.forms and values.get("name") and not left_out and tag != "select":
            self.forms[-1].fields[str(values["name"])] = values.get("value") or ""
        self._select = str(values.get("name")) if tag == "select" else ""
        if values.get("type", "text") not in {"hidden", "submit"} and "label" not in self._inside:
            self.inputs.append((tag, values))

    def _find_faults(self, tag: str, values: dict[str, str | None]) -> None:
        if tag == "form" and "action" not in values:
            self.faults.append("a form without action")
        if tag == "script" and "src" not in values:
            self.faults.append("an inline script")
        self.faults += [f"inline handler {name}" for name in values if name.startswith("on")]
        if "style" in values:
            self.faults.append("an inline style")
        for name in ("href", "src", "action"):
            if (values.get(name) or "").startswith(("http:", "https:", "//")):
                self.faults.append(f"an address outside: {values[name]}")

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            continue

    def handle_data(self, data: str) -> None:
        if "title" in self._inside:
            self.title += data
        if "h1" in self._inside:
            self.heading += data

    def problems(self) -> list[str]:
        found = list(self.faults)
        if self.headings != 1:
            found.append(f"{self.headings} main headings")
        if not self.title.removeprefix("Error: ").strip().startswith(" ".join(self.heading.split())):
            found.append(f"the title {self.title!r} does not start with the heading {self.heading!r}")
        found += [f"id {one} twice" for one in {one for one in self.ids if self.ids.count(one) > 1}]
        found += [
            f"an unlabelled {tag} {values.get('name')}"
            for tag, values in self.inputs
            if str(values.get("id")) not in self.labelled and "aria-label" not in values
        ]
        return found


class InspectingClient:
    """Follows pages and fails on the first that is not in order."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def get(self, address: str, status: int = 200) -> Page:
        return self._inspect(self._client.get(address, follow_redirects=True), status)

    def raw(self, address: str, language: str = "en") -> TestResponse:
        return self._client.get(address, headers={"Accept-Language": language})

    def submit(self, form: Form, status: int = 200, **values: str) -> Page:
        response = self._client.post(form.action, data=form.fields | values, follow_redirects=True)
        return self._inspect(response, status)

    def send(self, form: Form, files: Mapping[str, tuple[IO[bytes], str]], status: int = 200) -> Page:
        """Post *form* with *files*: input name to content and file name."""
        response = self._client.post(
            form.action, data=form.fields | files, content_type="multipart/form-data", follow_redirects=True
        )
        return self._inspect(response, status)

    def post(self, form: Form, values: Mapping[str, str], language: str = "en") -> TestResponse:
        """Post *form* as somebody who reads *language*, and return the answer itself."""
        return self._client.post(form.action, data=form.fields | values, headers={"Accept-Language": language})

    def _inspect(self, response: TestResponse, status: int) -> Page:
        assert response.status_code == status, (response.status_code, response.text[:500])
        page = Page(response.text)
        assert page.problems() == [], page.problems()
        for cookie in response.headers.getlist("Set-Cookie"):
            assert cookie.startswith("staff="), cookie
            assert "Path=/staff" in cookie
        return page
