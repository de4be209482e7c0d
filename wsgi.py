"""The app for a WSGI server: granian --interface wsgi wsgi:app."""

from app import create_app
from app.config import BadSettings

try:
    app = create_app()
except BadSettings as error:
    raise SystemExit(str(error)) from None
