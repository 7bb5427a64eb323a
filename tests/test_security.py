"""What browsers are told in production, and what cookies are like there."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.test_configuration import PRODUCTION

ROOT = Path(__file__).resolve().parent.parent
# The settings of production in a process of their own; only the static files need no collecting first.
VISIT = """
import json, sys
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.CACHES["default"]["BACKEND"] = "django.core.cache.backends.dummy.DummyCache"
import django
django.setup()
from django.test import Client
told = {}
for path, secure in (("/desk/login/", True), ("/en/", True), ("/robots.txt", True), ("/desk/", True), ("/en/", False)):
    forwarded = {"x-forwarded-proto": "https"} if secure else {}
    answer = Client().get(path, headers={"host": "support.example.org", **forwarded})
    cookies = {name: str(each.OutputString()) for name, each in answer.cookies.items()}
    told[f"{'https' if secure else 'http'} {path}"] = [answer.status_code, dict(answer.headers), cookies]
told["session"] = [settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE]
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """Status, headers and cookies of a few pages."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", VISIT],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "DJANGO_SETTINGS_MODULE": "helpdesk.settings", **PRODUCTION},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


PAGES = ("https /desk/login/", "https /en/", "https /robots.txt", "https /desk/")


@pytest.mark.parametrize("page", PAGES)
def test_every_answer_carries_the_policies(told: dict[str, Any], page: str) -> None:
    headers = told[page][1]
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("page", PAGES)
def test_no_answer_allows_inline_script_or_style_or_another_host(told: dict[str, Any], page: str) -> None:
    policy = told[page][1]["Content-Security-Policy"]
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";") if rule.strip()}
    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"] == rules["style-src"] == rules["form-action"] == rules["frame-ancestors"] == ["'self'"]
    assert rules["base-uri"] == ["'none'"]
    assert "unsafe" not in policy
    assert "http" not in policy


def test_cookies_go_by_https_alone_and_no_script_reads_them(told: dict[str, Any]) -> None:
    (cookie,) = told["https /desk/login/"][2].values()
    for word in ("HttpOnly", "Secure", "SameSite=Lax"):
        assert word in cookie
    assert told["session"] == [True, True, "Lax"]


def test_who_comes_by_http_is_led_to_https(told: dict[str, Any]) -> None:
    status, headers, _ = told["http /en/"]
    assert (status, headers["Location"]) == (301, "https://support.example.org/en/")
