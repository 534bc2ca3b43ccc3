"""Two web applications behind one door: respondents' pages know neither sign-in nor session, staff's know both."""

import time
from typing import TYPE_CHECKING, Any

from surveyapp import resources
from surveyapp.app.rooms import House
from surveyapp.database import says_its_statements
from surveyapp.errors import EnvironmentProblemError
from surveyapp.office.tables import OFFICE
from surveyapp.results.tables import RESULTS
from surveyapp.settings import Settings, described

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask

_BODY_LIMIT = 1_000_000  # bytes; a full ballot form has a hundredth of it
_TO_RESPONDENTS = ("/s/", "/assets/", "/stop")


class Door:
    """Leads a request to respondents' pages or to staff's, by its address alone."""

    def __init__(self, respondents: Any, staff: Any) -> None:
        self._respondents = respondents
        self._staff = staff

    def __call__(self, environ: dict[str, Any], start_response: Any) -> "Iterable[bytes]":
        """Answer a request (WSGI)."""
        inside = environ.get("PATH_INFO", "").startswith(_TO_RESPONDENTS)
        answer: Iterable[bytes] = (self._respondents if inside else self._staff)(environ, start_response)
        return answer


def create_app(settings: Settings) -> "Flask":
    """Return the web application of an installation."""
    return web_application(House(settings))


def served_application(settings: Settings) -> "Flask":
    """Return the web application of one server process, which also looks whether the worker lives."""
    house = House(settings)
    made = web_application(house)
    house.watching.begin()
    return made


def web_application(house: House) -> "Flask":
    """Return the web application on the rooms of *house*: staff's, with the respondents' in front of it.

    Raises:
        EnvironmentProblemError: something is switched on that would tell who answered, or what.
    """
    from werkzeug.middleware.proxy_fix import ProxyFix

    if any(says_its_statements(engine) for engine in house.engines.values()):
        raise EnvironmentProblemError(
            "the log of SQL statements would tell when each ballot came", "set the logger sqlalchemy.engine to WARNING"
        )
    staff, respondents = _staff_application(house), respondent_application(house)
    staff.extensions["respondents"] = respondents
    door: Any = Door(respondents.wsgi_app, staff.wsgi_app)
    if hops := house.settings.proxy_hops:
        door = ProxyFix(door, x_for=hops, x_proto=hops, x_host=hops)
    staff.wsgi_app = door  # type: ignore[method-assign]
    return staff


def respondent_application(house: House) -> "Flask":
    """Return the respondents' pages: no cookie, no session, nothing that could know who asks."""
    from surveyapp.web import assets, ballot_wire, errors, headers, promise_page, respondent, stop

    made = _bare("respondents")
    errors.install(made, errors.language_in_address)
    headers.install(made)
    made.register_blueprint(assets.make_blueprint())
    pages = respondent.Pages(house.polls, time.monotonic)
    for routes in (respondent, ballot_wire):
        made.register_blueprint(routes.make_blueprint(pages, house.polls, house.casting))
    made.register_blueprint(stop.make_blueprint(house.stopping.stop))
    tables = (*OFFICE.tables.values(), *RESULTS.tables.values())
    made.register_blueprint(
        promise_page.make_blueprint(pages, house.polls, {table.name: table.columns.keys() for table in tables})
    )
    return made


def _staff_application(house: House) -> "Flask":
    from surveyapp.web import (
        account,
        account_desk,
        administration,
        audit,
        charter,
        charter_lock,
        comments,
        comparison,
        errors,
        exports,
        headers,
        health,
        kpi,
        mail,
        new_pilot,
        oidc,
        opening,
        pack,
        pages,
        people,
        people_import,
        people_person,
        pilots,
        preview,
        recovery,
        register,
        results,
        security,
        sign_in_settings,
        signing_in,
        slip_printing,
        slips,
        trustee,
        waves,
    )

    settings = house.settings
    made = _bare("surveyapp")
    # First of all, so that even the page of a refused form knows its language.
    pages.install(made, tuple(settings.languages.split(",")))
    people_import.let_in(made)
    keys = sign_in_settings.Secrets(house.secret(), house.second_step_key())
    provider = oidc.Provider(
        settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret.get_secret_value()
    )
    signing_in.install(
        made,
        house.sign_in,
        keys,
        https=settings.base_url.startswith("https://"),
        provider=provider if provider.issuer else None,
    )
    errors.install(made, pages.language_of_reader)
    headers.install(made)
    made.register_blueprint(health.make_blueprint(house.engines, house.heartbeat))
    guard = security.Guard(house.accounts)
    made.register_blueprint(new_pilot.make_blueprint(house.desk, house.drafting, guard))
    made.register_blueprint(charter.make_blueprint(desk=house.desk, drafting=house.drafting, guard=guard))
    made.register_blueprint(
        charter_lock.make_blueprint(desk=house.desk, drafting=house.drafting, locking=house.locking, guard=guard)
    )
    made.register_blueprint(pack.make_blueprint(house.desk, house.packing, guard))
    made.register_blueprint(
        pilots.make_blueprint(house.desk, house.checklist, house.drafting, guard, lambda: house.heartbeat.silent)
    )
    made.register_blueprint(account.make_blueprint(house.sign_in, house.links))
    made.register_blueprint(audit.make_blueprint(house.audit_log, house.desk, guard))
    made.register_blueprint(
        administration.make_blueprint(lambda: described(settings), settings.backups, house.examined, guard)
    )
    invited = account_desk.Invited(house.links, house.welcome, house.invite)
    made.register_blueprint(account_desk.make_blueprint(house.sign_in, house.desk, house.drafting, invited, guard))
    made.register_blueprint(
        people.make_blueprint(
            house.desk,
            house.people,
            people.Grouping(house.starting.groups_after_merging, lambda slug: bool(house.waves.of_pilot(slug))),
            guard,
        )
    )
    made.register_blueprint(
        people_person.make_blueprint(
            desk=house.desk,
            people=house.people,
            leaving=house.leaving,
            correcting=house.correcting,
            guard=guard,
            clock=house.clock,
        )
    )
    made.register_blueprint(
        people_import.make_blueprint(
            desk=house.desk, people=house.people, leaving=house.leaving, guard=guard, clock=house.clock
        )
    )
    made.register_blueprint(
        slips.make_blueprint(desk=house.desk, slips=house.slips, leaving=house.leaving, guard=guard, clock=house.clock)
    )
    made.register_blueprint(mail.make_blueprint(house.desk, house.mailroom, guard, house.clock))
    made.register_blueprint(preview.make_blueprint(house.desk, house.fieldwork.plan, house.previewing, guard))
    made.register_blueprint(kpi.make_blueprint(house.desk, house.measuring, guard))
    made.register_blueprint(register.make_blueprint(house.desk, house.registering, guard))
    made.register_blueprint(
        waves.make_blueprint(
            desk=house.desk,
            starting=house.starting,
            fieldwork=house.fieldwork,
            registering=house.registering,
            outlooks=house.outlooks,
            guard=guard,
            clock=house.clock,
        )
    )
    made.register_blueprint(results.make_blueprint(house.reporting, house.requests, house.desk, guard, house.clock))
    made.register_blueprint(exports.make_blueprint(house.reporting, guard))
    made.register_blueprint(comparison.make_blueprint(house.comparing, guard))
    made.register_blueprint(
        trustee.make_blueprint(
            desk=house.desk, custody=house.custody, comments_waiting=house.reviewing.waiting, guard=guard
        )
    )
    made.register_blueprint(
        slip_printing.make_blueprint(
            desk=house.desk,
            waves=house.waves,
            polls=house.polls,
            slips=house.slips,
            guard=guard,
            clock=house.clock,
            base_url=settings.base_url,
        )
    )
    made.register_blueprint(recovery.make_blueprint(house.custody, guard, house.clock, settings.base_url))
    made.register_blueprint(comments.make_blueprint(house.reviewing, house.desk, guard, house.clock))
    made.register_blueprint(opening.make_blueprint(house.revealing, house.requests, house.desk, guard, house.clock))
    return made


def _bare(name: str) -> "Flask":
    from flask import Flask

    from surveyapp.web.bodies import InMemoryRequest

    made = Flask(name, template_folder=str(resources.templates()), static_folder=None)
    if made.debug:
        raise EnvironmentProblemError(
            "debugging shows answers and codes to whoever causes an error", "unset FLASK_DEBUG"
        )
    made.request_class = InMemoryRequest
    made.config.update(MAX_CONTENT_LENGTH=_BODY_LIMIT, MAX_FORM_MEMORY_SIZE=_BODY_LIMIT)
    return made
