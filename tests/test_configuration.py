"""What settings read, what is documented and what is shipped agree."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import compose

ROOT = Path(__file__).resolve().parent.parent
READ = re.compile(r"env\.(?:text|required|integer|boolean|choice|words|url)\(\s*\"([A-Z_]+)\"")
SETTINGS_READ = set(READ.findall((ROOT / "helpdesk/settings.py").read_text(encoding="utf-8")))
PRODUCTION = {
    "MODE": "production",
    "SECRET_KEY": "k" * 60,
    "BASE_URL": "https://support.example.org",
    "ALLOWED_HOSTS": "support.example.org",
    "DATABASE_URL": "postgresql://helpdesk:v9Qm2xLr@db.example.org:5432/helpdesk",
    "BROKER_URL": "redis://redis.example.org:6379/0",
    "CACHE_URL": "redis://redis.example.org:6379/1",
    "MAIL_OUT": "smtp",
    "SMTP_OUT_HOST": "mail.example.org",
}


# Loads the settings for each line, an environment as JSON, in a process of their own. What they import has been loaded
# before that forks: for sixty environments it would take the most of the time.
LOADER = """
import json, os, sys
import csp.constants, django.core.exceptions, django.utils.translation
from helpdesk import env, refusals
for line in sys.stdin:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.environ.clear()
        os.environ.update(json.loads(line))
        os.dup2(writing, 2)
        import helpdesk.settings
        sys.exit(0)
    os.close(writing)
    with open(reading) as told:
        stderr = told.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(json.dumps({"returncode": code, "stderr": stderr}), flush=True)
"""


@dataclass
class Done:
    """How a process ended, and what it said of it."""

    returncode: int
    stderr: str


Load = Callable[[dict[str, str]], Done]


@pytest.fixture(scope="module")
def load_settings() -> Iterator[Load]:
    """Loads the settings in an environment."""
    command = [sys.executable, "-W", "ignore", "-c", LOADER]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as loader:

        def load(environment: dict[str, str]) -> Done:
            assert loader.stdin
            assert loader.stdout
            print(json.dumps(environment), file=loader.stdin, flush=True)
            return Done(**json.loads(loader.stdout.readline()))

        yield load


def start(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """All of a start but the serving, as every process of the service does it."""
    command = [sys.executable, "-W", "ignore", "-c", "import django; django.setup()"]
    whole = {"PATH": "/usr/bin:/bin", "DJANGO_SETTINGS_MODULE": "helpdesk.settings", **environment}
    return subprocess.run(command, cwd=ROOT, env=whole, capture_output=True, text=True, check=False)


def test_every_setting_is_documented() -> None:
    documented = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs/configuration.md").read_text(encoding="utf-8")))
    assert SETTINGS_READ - documented == set()


def test_every_setting_is_in_the_example_file() -> None:
    example = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.M))
    assert SETTINGS_READ - example == set()
    assert example - SETTINGS_READ == compose.OWN_NAMES


def test_only_the_settings_read_the_environment() -> None:
    rooms = ("intake", "portal", "desk", "reports", "api", "tickets", "web", "notifications")
    files = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    assert [path for path in files if re.search(r"\b(environ|getenv)\b", path.read_text("utf-8"))] == []


def test_a_whole_production_configuration_starts(load_settings: Load) -> None:
    done = load_settings(PRODUCTION)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "missing",
    ["SECRET_KEY", "BASE_URL", "ALLOWED_HOSTS", "DATABASE_URL", "BROKER_URL", "CACHE_URL", "MAIL_OUT", "SMTP_OUT_HOST"],
)
def test_production_refuses_to_start_without(load_settings: Load, missing: str) -> None:
    done = load_settings({name: value for name, value in PRODUCTION.items() if name != missing})
    assert done.returncode != 0
    assert f"ImproperlyConfigured: {missing} is not set" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("DEBUG", "yes"),
        ("MODE", "prod"),
        ("MAIL_MAX_MIB", "many"),
        ("MAIL_MAX_MIB", "0"),
        ("BROKER_URL", "amqp://broker.example.org"),
        ("DATABASE_URL", "postgresql://db.example.org/"),
        ("DATABASE_URL", "postgresql://helpdesk:helpdesk@db.example.org/helpdesk"),
        ("DATABASE_URL", "postgresql://helpdesk:choose-one@db.example.org/helpdesk"),
        ("MAIL_ADDRESS", "nonsense"),
        ("MAIL_ADDRESS", "a" * 39 + "@example.org"),
        ("MAIL_OTHER_ADDRESSES", "help@example.org, nonsense"),
        ("SECURITY_MAIL", "nonsense"),
        ("TRANSLATION", "babelfish"),
        ("TRANSLATION", "etranslation"),
        ("TRANSLATION_SECRET", "v9Qm2xLr"),
        ("MAIL_AUTHSERV_ID", "com"),
        ("MAIL_AUTHSERV_ID", "*.com"),
        ("MAIL_AUTHSERV_ID", "*"),
        ("MAIL_AUTHSERV_ID", "mx.example.org, postmaster@example.org"),
        ("MAIL_OUT", "files"),
        ("MAIL_OUT", "mailgunn"),
        ("MAIL_OUT", "console"),
        ("SMTP_OUT_SECURITY", "maybe"),
        ("SMTP_OUT_USER", "helpdesk@example.org"),
        ("SMTP_OUT_PASSWORD", "v9Qm2xLr"),
        ("ANYMAIL", "{"),
        ("ANYMAIL", "[]"),
        ("ANYMAIL", '{"MAILGUN_API_KEY": ""}'),
        ("REQUEST_MAX_MIB", "25"),
        ("MAIL_MAX_MIB", "106"),
        ("FORM_MAX_FILES", "20"),
        ("DATABASE_URL_FILE", "/nonexistent"),
    ],
)
def test_nonsense_is_refused_by_its_name(load_settings: Load, name: str, value: str) -> None:
    done = load_settings({**PRODUCTION, name: value})
    assert done.returncode != 0
    assert "ImproperlyConfigured" in done.stderr
    assert name.removesuffix("_FILE") in done.stderr.strip().splitlines()[-1]


MAILBOX = {"IMAP_HOST": "mail.example.org", "IMAP_USER": "house", "IMAP_PASSWORD": "secret"}
OAUTH = {
    "IMAP_OAUTH_TOKEN_URL": "https://login.example.org/token",
    "IMAP_OAUTH_CLIENT_ID": "helpdesk",
    "IMAP_OAUTH_CLIENT_SECRET": "secret",
}


@pytest.mark.parametrize("changes", [{}, {"IMAP_PASSWORD": "", **OAUTH}], ids=["password", "token"])
def test_a_whole_mailbox_starts(load_settings: Load, changes: dict[str, str]) -> None:
    done = load_settings({**PRODUCTION, **MAILBOX, **changes})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"IMAP_USER": ""}, "IMAP_USER is not set"),
        ({"IMAP_PASSWORD": ""}, "IMAP_PASSWORD is not set"),
        ({"IMAP_HOST": ""}, "IMAP_USER is set, but IMAP_HOST is not set"),
        ({**OAUTH}, "IMAP_PASSWORD and IMAP_OAUTH_TOKEN_URL are both set"),
        ({**OAUTH, "IMAP_PASSWORD": "", "IMAP_OAUTH_CLIENT_ID": ""}, "IMAP_OAUTH_CLIENT_ID is not set"),
        ({"IMAP_SECURITY": "none"}, "IMAP_SECURITY is none"),
        ({"IMAP_CA_FILE": "/nonexistent"}, "IMAP_CA_FILE names /nonexistent"),
        ({"IMAP_DONE_FOLDER": "INBOX"}, "must be different folders"),
    ],
)
def test_half_a_mailbox_is_refused(load_settings: Load, changes: dict[str, str], named: str) -> None:
    done = load_settings({**PRODUCTION, **MAILBOX, **changes})
    assert done.returncode != 0
    assert named in done.stderr.strip().splitlines()[-1]


SMTP_OAUTH = {
    "SMTP_OUT_OAUTH_TOKEN_URL": "https://login.example.org/token",
    "SMTP_OUT_OAUTH_CLIENT_ID": "helpdesk",
    "SMTP_OUT_OAUTH_CLIENT_SECRET": "v9Qm2xLr",
    "SMTP_OUT_USER": "helpdesk@example.org",
}


@pytest.mark.parametrize("missing", SMTP_OAUTH)
def test_sign_in_by_oauth_is_whole_or_not_at_all(load_settings: Load, missing: str) -> None:
    done = load_settings({**PRODUCTION, **SMTP_OAUTH, missing: ""})
    assert f"ImproperlyConfigured: Sign-in by OAuth 2 lacks {missing}:" in done.stderr


@pytest.mark.parametrize(
    "more",
    [
        SMTP_OAUTH,
        {"SMTP_OUT_USER": "helpdesk@example.org", "SMTP_OUT_PASSWORD": "v9Qm2xLr"},
        {"DATABASE_URL": "postgresql:///helpdesk?host=/run/postgresql"},
        {"DATABASE_URL": "postgresql://helpdesk@/helpdesk?host=/run/postgresql"},
        {"MAIL_ADDRESS": "a" * 38 + "@example.org"},
        {"MAIL_ADDRESS": "a" * 39 + "@example.org", "MAIL_PLUS_ADDRESSING": "off"},
        {"MAIL_AUTHSERV_ID": "mx1.example.org, *.outlook.com"},
        {"FORM_MAX_FILES": "20", "REQUEST_MAX_MIB": "401"},
    ],
)
def test_what_is_whole_is_not_refused(load_settings: Load, more: dict[str, str]) -> None:
    done = load_settings({**PRODUCTION, **more})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("engine", "url", "refused"),
    [
        ("libretranslate", "http://libretranslate:5000", ""),
        ("libretranslate", "https://translate.example.org", ""),
        ("libretranslate", "", "TRANSLATION_URL is not set"),
        ("libretranslate", "http://translate.example.org", "TRANSLATION_URL must begin with https"),
    ],
)
def test_texts_leave_for_an_engine_over_a_line_that_nobody_else_reads(
    load_settings: Load, engine: str, url: str, refused: str
) -> None:
    done = load_settings({**PRODUCTION, "TRANSLATION": engine, "TRANSLATION_URL": url})
    assert (done.returncode == 0) == (not refused), done.stderr
    assert refused in done.stderr


def test_a_provider_needs_its_settings() -> None:
    lacking = start({**PRODUCTION, "MAIL_OUT": "mailgun"})
    assert lacking.returncode != 0
    assert "ImproperlyConfigured: ANYMAIL lacks what MAIL_OUT=mailgun needs." in lacking.stderr
    whole = start({**PRODUCTION, "MAIL_OUT": "mailgun", "ANYMAIL": '{"MAILGUN_API_KEY": "key-of-ours"}'})
    assert whole.returncode == 0, whole.stderr


def test_a_secret_can_be_a_file(load_settings: Load, tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("k" * 60 + "\n", encoding="utf-8")
    environment = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}
    done = load_settings({**environment, "SECRET_KEY_FILE": str(secret)})
    assert done.returncode == 0, done.stderr
