"""The walls of the house: what import-linter cannot say in one contract."""

from functools import cache

import grimp

BRIDGES = {
    "surveyapp.__main__",
    "surveyapp.app",
    "surveyapp.app.applications",
    "surveyapp.app.commands",
    "surveyapp.app.rooms",
    "surveyapp.wsgi",
    "surveyapp.revealing",
    "surveyapp.cli.demo",
    "surveyapp.cli.reveal",
    "surveyapp.web.opening",
}


@cache
def _imports() -> grimp.ImportGraph:
    return grimp.build_graph("surveyapp", "analysis", include_external_packages=True)


def _reaches(module: str, target: str) -> bool:
    return any(found == target or found.startswith(target + ".") for found in _imports().find_upstream_modules(module))


def test_only_the_named_bridges_reach_people_and_answers() -> None:
    modules = {module for module in _imports().modules if module.startswith("surveyapp.")}

    both = {m for m in modules if _reaches(m, "surveyapp.office") and _reaches(m, "surveyapp.results")}

    assert both == BRIDGES


def test_the_check_would_notice_a_bridge() -> None:
    assert _reaches("surveyapp.revealing", "surveyapp.office")
    assert _reaches("surveyapp.revealing", "surveyapp.results")
    assert not _reaches("surveyapp.casting", "surveyapp.results")


def test_data_folders_are_no_packages() -> None:
    assert not {m for m in _imports().modules if m.startswith(("surveyapp.migrations", "surveyapp.translations"))}
