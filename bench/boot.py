"""Importing this first makes Django ready in a process of its own; where it is ready already, nothing happens."""

import django
from django.apps import apps

if not apps.ready:
    django.setup()
