"""The application for any WSGI server: `gunicorn surveyapp.wsgi:app`."""

from surveyapp.app import create_app
from surveyapp.settings import read_settings

app = create_app(read_settings())
