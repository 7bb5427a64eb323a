"""What can be in the way of `make run` is said in one sentence."""

import os
import socket
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from helpdesk import embedded
from helpdesk.embedded import Cannot, check_port, check_python, lock, place
from helpdesk.start import Supervisor
from helpdesk.summary import framed

OURS = (
    "DATA_DIR",
    "HTTP_PORT",
    "SMTP_PORT",
    "DATABASE_URL",
    "SECRET_KEY",
    "SECRET_KEY_FILE",
    "MODE",
    "MAIL_ADDRESS",
    "IMAP_HOST",
)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OURS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "var"))


def test_the_secret_key_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    first, second = place(os.environ), place(os.environ)
    key = tmp_path / "var" / "secret_key"

    assert len(first.environment["SECRET_KEY"]) >= 50
    assert second.environment["SECRET_KEY"] == first.environment["SECRET_KEY"]
    assert key.stat().st_mode & 0o777 == 0o600


def test_a_given_database_and_key_are_used_as_they_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere.example/helpdesk")
    monkeypatch.setenv("SECRET_KEY", "given")
    where = place(os.environ)

    assert where.environment["DATABASE_URL"] == "postgresql://somewhere.example/helpdesk"
    assert not where.embedded_database
    assert where.environment["SECRET_KEY"] == "given"
    assert not (tmp_path / "var" / "secret_key").exists()


def test_a_mode_from_outside_does_not_reach_the_parts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MODE", "production")
    file = tmp_path / "key"
    file.write_text("from a file")
    monkeypatch.setenv("SECRET_KEY_FILE", str(file))
    environment = place(os.environ).environment

    assert environment["MODE"] == "embedded"
    assert environment["SECRET_KEY"] == "from a file"
    assert "SECRET_KEY_FILE" not in environment


@pytest.mark.parametrize(("name", "value"), [("HTTP_PORT", "eight"), ("SMTP_PORT", "0"), ("HTTP_PORT", "70000")])
def test_a_port_that_makes_no_sense_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=name):
        place(os.environ)


def test_one_port_for_both_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PORT", "2525")
    with pytest.raises(Cannot, match="both 2525"):
        place(os.environ)


def test_a_data_folder_that_cannot_be_written_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "file" / "var"))
    with pytest.raises(Cannot, match=r"cannot be written \(Not a directory\).*DATA_DIR="):
        place(os.environ)


def test_a_taken_port_says_which_and_how_to_choose_another() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Cannot, match=rf"Port {port} is taken .*make run HTTP_PORT="):
            check_port("HTTP_PORT", port)
    check_port("HTTP_PORT", port)


def test_one_folder_is_for_one_service(tmp_path: Path) -> None:
    with lock(tmp_path), pytest.raises(Cannot, match="already runs"), lock(tmp_path):
        pass
    with lock(tmp_path):
        pass


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_another_python_is_refused(version: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded.sys, "version_info", (*version, 1))
    with pytest.raises(Cannot, match=rf"Python 3\.{version[1]}"):
        check_python()


def test_the_frame_fits_its_widest_line() -> None:
    assert framed(["a", "при́клад"]).splitlines() == ["┌─────────┐", "│ a       │", "│ при́клад │", "└─────────┘"]


def test_a_mailbox_is_read_only_where_one_is_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [child.name for child in Supervisor(place(os.environ)).children] == ["web", "worker", "listener"]
    monkeypatch.setenv("IMAP_HOST", "mail.example.org")
    with_mailbox = Supervisor(place(os.environ)).children
    assert [child.name for child in with_mailbox] == ["web", "worker", "listener", "mailbox"]
    assert with_mailbox[-1].command[-1] == "fetch_mail"
    assert with_mailbox[-1].environment["IMAP_HOST"] == "mail.example.org"
