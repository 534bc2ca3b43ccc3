"""The composition root: rooms, web applications and commands of an installation are joined here and nowhere else."""

from surveyapp.app.applications import create_app, respondent_application, served_application, web_application
from surveyapp.app.commands import BUILDERS, run
from surveyapp.app.rooms import House

__all__ = ["BUILDERS", "House", "create_app", "respondent_application", "run", "served_application", "web_application"]
