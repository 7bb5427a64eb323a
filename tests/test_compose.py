"""compose.yaml: what is set reaches the service, each container can do little, and the test start needs nothing."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from helpdesk.celery import app as celery_app
from tests import compose
from tests.test_configuration import SETTINGS_READ, start

ROOT = compose.ROOT
SERVICES = compose.services()
OURS = [name for name, each in SERVICES.items() if each["image"].startswith("support-ukraine-helpdesk:")]
# Settings that compose.yaml fixes, so that a line of .env does not change them.
BELONGS_TO_CONTAINERS = {
    "MODE": "it is for production",
    "DATA_DIR": "the volume is mounted there",
    "STATIC_ROOT": "the image holds the files there",
    "TMPDIR": "not a setting but Python's own: large uploads wait on the volume",
    "BROKER_URL": "the redis service",
    "CACHE_URL": "the redis service",
    "LISTENER_HOST": "the container's address is its own; MAIL_BIND and LMTP_BIND are the outer ones",
    "SMTP_PORT": "inside the container; MAIL_BIND is the outer one",
    "LMTP_PORT": "inside the container; LMTP_BIND is the outer one",
}
SECRETS = {
    "TRANSLATION_SECRET",
    "DATABASE_URL",
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "SMTP_OUT_PASSWORD",
    "SMTP_OUT_OAUTH_CLIENT_SECRET",
    "IMAP_PASSWORD",
    "IMAP_OAUTH_CLIENT_SECRET",
    "ANYMAIL",
    "METRICS_TOKEN",
    "OIDC_CLIENT_SECRET",
}
# What a container may lack, and why.
LACKING = {
    ("migrate", "healthcheck"): "it ends by itself",
    ("backup", "healthcheck"): "it ends by itself",
    ("mailbox", "healthcheck"): "an alarm tells when the mailbox was not read for long",
    ("clamav", "user"): "its entry point gives the signatures to their user and becomes that user",
}
CAPABILITIES = {"clamav": {"CHOWN", "SETGID", "SETUID"}}


def test_it_is_valid() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


# --- Settings and secrets ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OURS)
def test_every_setting_reaches_each_of_our_services(name: str) -> None:
    service = SERVICES[name]
    assert service["env_file"] == [{"path": ".env", "required": False}]
    fixed = set(service["environment"])
    assert {each for each in fixed if not each.endswith("_FILE")} == set(BELONGS_TO_CONTAINERS)
    assert {each.removesuffix("_FILE") for each in fixed if each.endswith("_FILE")} == SECRETS
    assert (set(BELONGS_TO_CONTAINERS) | SECRETS) - SETTINGS_READ == {"TMPDIR"}


def test_what_compose_alone_reads_is_documented() -> None:
    documented = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    assert [name for name in sorted(compose.OWN_NAMES) if f"`{name}`" not in documented] == []
    assert not compose.OWN_NAMES & SETTINGS_READ


def test_every_secret_is_made_and_mounted(tmp_path: Path) -> None:
    make_secrets(tmp_path / "secrets")
    whole = compose.load()
    assert {path.name for path in (tmp_path / "secrets").iterdir()} == set(whole["secrets"])
    assert {name for each in whole["services"].values() for name in each.get("secrets", [])} == set(whole["secrets"])


def test_secrets_are_kept_out_of_reach_and_never_made_twice(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    make_secrets(folder)
    first = {path.name: path.read_text("utf-8") for path in folder.iterdir()}
    (folder / "smtp_password").chmod(0o644)
    (folder / "smtp_password").write_text("v9Qm2xLr\n", encoding="utf-8")
    make_secrets(folder)
    assert {path.name: path.read_text("utf-8") for path in folder.iterdir()} == {**first, "smtp_password": "v9Qm2xLr\n"}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert first["postgres_password"] in first["database_url"]
    other = tmp_path / "other"
    make_secrets(other)
    assert (other / "secret_key").read_text("utf-8") != first["secret_key"]


def test_the_example_file_and_made_secrets_are_a_whole_configuration(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    done = start(compose.environment_of("web", ROOT / ".env.example", tmp_path))
    assert done.returncode == 0, done.stderr


def test_the_test_start_is_whole_and_beside_the_service(tmp_path: Path) -> None:
    subprocess.run(["sh", "deploy/prepare-test", str(tmp_path)], cwd=ROOT, check=True)
    settings_file = tmp_path / "env"
    done = start(compose.environment_of("web", settings_file, tmp_path / "secrets"))
    assert done.returncode == 0, done.stderr
    ours, tested = compose.load(), compose.load(compose.read_settings(settings_file))
    for name, service in tested["services"].items():
        assert not set(service.get("ports", [])) & set(ours["services"][name].get("ports", []))
        if "build" in service:
            assert service["image"] != ours["services"][name]["image"]
    for secret in tested["secrets"].values():
        assert Path(secret["file"]).is_relative_to(tmp_path)


def make_secrets(folder: Path) -> None:
    subprocess.run(["sh", "deploy/make-secrets", str(folder)], cwd=ROOT, check=True)


# --- What a container can do ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_can_do_little(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert set(service.get("cap_add", [])) == CAPABILITIES.get(name, set())
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")
    if ("user" in service) == ((name, "user") in LACKING):
        pytest.fail("a user that is not root is missing, or need not be excused any more")
    assert not service.get("user", "").startswith("0")


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_takes_no_more_than_its_share(name: str) -> None:
    limits = SERVICES[name]["deploy"]["resources"]["limits"]
    assert set(limits) == {"memory", "cpus", "pids"}
    assert float(limits["cpus"]) <= 2, "Docker refuses more than the machine has"
    assert SERVICES[name]["logging"]["options"]["max-size"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_that_stays_tells_whether_it_works(name: str) -> None:
    assert ("healthcheck" in SERVICES[name]) != ((name, "healthcheck") in LACKING)
    ends = "ends" in LACKING.get((name, "healthcheck"), "")
    assert SERVICES[name]["restart"] == ("no" if ends else "unless-stopped")


@pytest.mark.parametrize(("age", "healthy"), [(10, True), (400, True), (500, False), (None, False)])
def test_beat_is_healthy_while_its_schedule_is_written(tmp_path: Path, age: int | None, healthy: bool) -> None:
    if age is not None:
        for name, older in (("beat-schedule", 3600), ("beat-schedule-wal", 0)):
            (tmp_path / name).touch()
            os.utime(tmp_path / name, (0, time.time() - age - older))
    _, python, option, code = SERVICES["beat"]["healthcheck"]["test"]
    assert (python, option) == ("python", "-c")
    here = code.replace('"/tmp"', repr(str(tmp_path)))
    assert here != code
    done = subprocess.run([sys.executable, "-c", here], capture_output=True, check=False)
    assert (done.returncode == 0) is healthy


def test_the_health_of_the_proxy_is_its_own() -> None:
    address = SERVICES["proxy"]["healthcheck"]["test"][-1]
    assert address == "http://127.0.0.1:8081/health"
    caddyfile = (ROOT / "deploy/Caddyfile").read_text(encoding="utf-8")
    site = caddyfile[caddyfile.index("http://127.0.0.1:8081 {") :]
    assert "respond /health 200" in site[: site.index("}")]


# --- Who does what ----------------------------------------------------------------------------------------------------


def test_each_queue_has_one_worker_and_deliveries_hold_up_no_mail() -> None:
    taken = [queue for served in compose.queues().values() for queue in served]
    known: list[Any] = celery_app.conf.task_queues
    assert sorted(taken) == sorted(queue.name for queue in known)
    assert not [served for served in compose.queues().values() if {"mail", "delivery"} <= set(served)]


def test_proxy_and_form_agree_on_the_largest_request() -> None:
    assert SERVICES["proxy"]["environment"]["REQUEST_MAX_MIB"] == settings.REQUEST_MAX_MIB
    caddyfile = (ROOT / "deploy/Caddyfile").read_text(encoding="utf-8")
    assert "max_size {$REQUEST_MAX_MIB}MiB" in caddyfile
    raised = compose.load({"REQUEST_MAX_MIB": "401"})["services"]["proxy"]["environment"]["REQUEST_MAX_MIB"]
    assert raised == 401
