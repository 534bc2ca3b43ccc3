"""The application for any WSGI server: `gunicorn surveyapp.wsgi:app`."""

from surveyapp import logs
from surveyapp.app import create_app
from surveyapp.settings import read_settings

logs.take_over()
logs.configure(quiet=False)
app = create_app(read_settings())
