"""What settings read, what is documented and what is shipped agree."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
READ = re.compile(r"env\.(?:text|required|integer|boolean|choice|words|url)\(\s*\"([A-Z_]+)\"")
SETTINGS_READ = set(READ.findall((ROOT / "helpdesk/settings.py").read_text(encoding="utf-8")))
PRODUCTION = {
    "MODE": "production",
    "SECRET_KEY": "k" * 60,
    "BASE_URL": "https://support.example.org",
    "ALLOWED_HOSTS": "support.example.org",
    "DATABASE_URL": "postgresql://helpdesk:secret@db.example.org:5432/helpdesk",
    "BROKER_URL": "redis://redis.example.org:6379/0",
    "CACHE_URL": "redis://redis.example.org:6379/1",
    "MAIL_OUT": "smtp",
    "SMTP_OUT_HOST": "mail.example.org",
}


def load_settings(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-c", "import helpdesk.settings"]
    return subprocess.run(
        command, cwd=ROOT, env={"PATH": "/usr/bin:/bin", **environment}, capture_output=True, text=True, check=False
    )


def test_every_setting_is_documented() -> None:
    documented = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs/configuration.md").read_text(encoding="utf-8")))
    assert SETTINGS_READ - documented == set()


def test_every_setting_is_in_the_example_file() -> None:
    example = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.M))
    assert SETTINGS_READ - example == set()
    assert example - SETTINGS_READ == set()


def test_only_the_settings_read_the_environment() -> None:
    rooms = ("intake", "portal", "desk", "reports", "api", "tickets", "web", "notifications")
    readers = [path for room in rooms for path in (ROOT / room).rglob("*.py") if "environ" in path.read_text("utf-8")]
    assert readers == []


def test_a_whole_production_configuration_starts() -> None:
    done = load_settings(PRODUCTION)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "missing",
    ["SECRET_KEY", "BASE_URL", "ALLOWED_HOSTS", "DATABASE_URL", "BROKER_URL", "CACHE_URL", "MAIL_OUT", "SMTP_OUT_HOST"],
)
def test_production_refuses_to_start_without(missing: str) -> None:
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
        ("SMTP_OUT_SECURITY", "maybe"),
        ("ANYMAIL", "{"),
        ("DATABASE_URL_FILE", "/nonexistent"),
    ],
)
def test_nonsense_is_refused_by_its_name(name: str, value: str) -> None:
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
def test_a_whole_mailbox_starts(changes: dict[str, str]) -> None:
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
def test_half_a_mailbox_is_refused(changes: dict[str, str], named: str) -> None:
    done = load_settings({**PRODUCTION, **MAILBOX, **changes})
    assert done.returncode != 0
    assert named in done.stderr.strip().splitlines()[-1]


def test_a_secret_can_be_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("k" * 60 + "\n", encoding="utf-8")
    environment = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}
    done = load_settings({**environment, "SECRET_KEY_FILE": str(secret)})
    assert done.returncode == 0, done.stderr


def test_compose_is_valid() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_variable_that_compose_sets_is_a_setting() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    block = text[text.index("environment: &environment") : text.index("secrets: [database_url")]
    names = {name.removesuffix("_FILE") for name in re.findall(r"^    ([A-Z_]+):", block, re.M)}
    assert names - SETTINGS_READ == {"TMPDIR"}, "TMPDIR is Python's own"
