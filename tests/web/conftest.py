"""The small site of tests/web/urls.py in place of the house's own addresses."""

import copy
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings


@pytest.fixture(autouse=True)
def site(settings: Settings) -> None:
    templates = copy.deepcopy(django_settings.TEMPLATES)
    templates[0]["DIRS"] = [str(Path(__file__).parent / "templates")]
    settings.TEMPLATES = templates
    settings.ROOT_URLCONF = "tests.web.urls"
