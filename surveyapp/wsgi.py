"""The application for any WSGI server: `gunicorn surveyapp.wsgi:app`."""

from surveyapp import logs
from surveyapp.app import served_application
from surveyapp.settings import read_settings

logs.take_over()
logs.configure(quiet=False)
app = served_application(read_settings())
