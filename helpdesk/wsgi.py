"""The web entry point, served by granian."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

application = get_wsgi_application()
# The addresses and all that they lead to, at the start: otherwise the first visitor of each process waits for them.
import_module(settings.ROOT_URLCONF)
