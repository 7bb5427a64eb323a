import stat
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from notifications.delivery import Result, deliver
from notifications.filebackend import sent_file
from notifications.models import OutgoingMail
from tests.making import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.MAIL_OUT = "files"
    settings.EMAIL_BACKEND = "notifications.filebackend.FileBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "sent")
    return tmp_path / "sent"


def test_a_mail_becomes_one_file_named_after_its_message_id(put: Any, folder: Path) -> None:
    mail = put(text="Добрий день")
    assert deliver(mail.pk, now=NOW) is Result.SENT
    (file,) = folder.iterdir()
    assert file.name == f"{mail.message_id}.eml"
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert message["Message-ID"] == f"<{mail.message_id}>"
    assert sent_file(mail.message_id) == file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_mail_written_twice_is_one_file(put: Any, folder: Path) -> None:
    mail = put()
    deliver(mail.pk, now=NOW)
    OutgoingMail.objects.update(state="queued")
    deliver(mail.pk, now=NOW)
    assert len(list(folder.iterdir())) == 1


def test_a_folder_that_cannot_be_written_is_tried_again_and_leaves_nothing_behind(put: Any, folder: Path) -> None:
    folder.write_text("in the way")
    mail = put()
    assert deliver(mail.pk, now=NOW) is Result.LATER
    assert OutgoingMail.objects.get().error == "system"
    folder.unlink()
    assert deliver(mail.pk, now=OutgoingMail.objects.get().not_before) is Result.SENT
    assert len(list(folder.iterdir())) == 1


@pytest.mark.django_db(transaction=True)
def test_the_file_goes_with_the_words(put: Any, folder: Path) -> None:
    mail = put()
    deliver(mail.pk, now=NOW)
    mail.erase()
    assert list(folder.iterdir()) == []
    assert sent_file(mail.message_id) is None


def test_a_message_id_is_no_way_out_of_the_folder() -> None:
    assert sent_file("../../etc/passwd") is None
