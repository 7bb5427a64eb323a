import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import Settings

from portal import tasks, uploads
from portal.models import Upload
from tests import making_files
from tickets.files import keep, storage

KEY, OTHER = "a" * 64, "b" * 64
PDF = b"%PDF-1.4 a letter"

pytestmark = pytest.mark.django_db


def a_file(content: bytes = PDF, name: str = "letter.pdf") -> "SimpleUploadedFile":
    return SimpleUploadedFile(name, content, "application/pdf")


def waiting() -> list[Path]:
    folder = Path(settings.MEDIA_ROOT) / "uploads"
    return [path for path in folder.glob("*") if path.is_file()] if folder.exists() else []


@pytest.fixture(autouse=True)
def _empty_folder() -> None:
    for path in waiting():
        path.unlink()


def test_a_file_is_kept_for_its_submission_alone() -> None:
    uploads.keep(KEY, a_file(), now=timezone.now())
    assert [upload.name for upload in uploads.kept(KEY)] == ["letter.pdf"]
    assert uploads.kept(OTHER) == []


def test_the_same_file_sent_again_after_a_lost_line_is_one() -> None:
    first = uploads.keep(KEY, a_file(), now=timezone.now())
    assert uploads.keep(KEY, a_file(), now=timezone.now()) == first
    assert len(waiting()) == 1


def test_taking_stores_the_file_for_good_and_types_it_by_its_content() -> None:
    uploads.keep(KEY, a_file(name="letter.txt"), now=timezone.now())
    (stored,) = uploads.take(KEY)
    assert stored.content_type == "application/pdf"
    assert storage().read(stored.path) == PDF
    assert uploads.take(KEY) == (stored,), "a second try finds it still there"


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (making_files.docx(**{"word/vbaProject.bin": "x"}), "letter.docx", "macros"),
        (making_files.asice(**{"letter.pdf.exe": making_files.PROGRAM}), "letter.asice", "archive-danger"),
        (making_files.encrypted(making_files.archive("list.pdf")), "list.zip", "archive-encrypted"),
        (making_files.asice(**{"letter.pdf": PDF}), "letter.asice", ""),
    ],
)
def test_what_the_form_brings_is_judged_as_what_comes_by_mail(content: bytes, name: str, expected: str) -> None:
    uploads.keep(KEY, a_file(content, name), now=timezone.now())
    (stored,) = uploads.take(KEY)
    assert stored.quarantine == expected == keep(content, name=name).quarantine


def test_forgetting_leaves_the_stored_file_and_no_waiting_one() -> None:
    uploads.keep(KEY, a_file(), now=timezone.now())
    (stored,) = uploads.take(KEY)
    uploads.forget(KEY)
    assert uploads.kept(KEY) == []
    assert waiting() == []
    assert storage().read(stored.path) == PDF


def test_a_file_over_the_limit_is_refused_with_the_limit_in_the_words(settings: Settings) -> None:
    settings.FILE_MAX_BYTES = 1024
    with pytest.raises(uploads.Refused) as refused:
        uploads.keep(KEY, a_file(b"x" * 1025), now=timezone.now())
    assert "1 KB" in refused.value.message
    assert not refused.value.again


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(uploads.Refused, match="refused"):
        uploads.keep(KEY, a_file(b""), now=timezone.now())


def test_one_file_too_many_is_refused_and_the_others_stay(settings: Settings) -> None:
    settings.FORM_MAX_FILES = 2
    for number in range(2):
        uploads.keep(KEY, a_file(b"%d" % number), now=timezone.now())
    with pytest.raises(uploads.Refused):
        uploads.keep(KEY, a_file(b"third"), now=timezone.now())
    assert len(uploads.kept(KEY)) == 2


def test_a_disk_that_refuses_asks_to_try_again(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "uploads").write_text("a file where the folder should be")
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(uploads.Refused) as refused:
        uploads.keep(KEY, a_file(), now=timezone.now())
    assert refused.value.again


def test_dropping_takes_only_files_of_the_same_submission() -> None:
    mine = uploads.keep(KEY, a_file(), now=timezone.now())
    theirs = uploads.keep(OTHER, a_file(), now=timezone.now())
    uploads.drop(KEY, [mine.pk, theirs.pk])
    assert uploads.kept(KEY) == []
    assert uploads.kept(OTHER) == [theirs]


def test_bytes_that_are_gone_are_said_to_be_gone() -> None:
    uploads.keep(KEY, a_file(), now=timezone.now())
    for path in waiting():
        path.unlink()
    with pytest.raises(uploads.FileGone):
        uploads.take(KEY)


def test_what_nobody_claimed_for_a_day_is_swept_and_younger_files_stay() -> None:
    now = timezone.now()
    uploads.keep(KEY, a_file(), now=now - timedelta(hours=25))
    uploads.keep(OTHER, a_file(), now=now - timedelta(hours=23))
    assert tasks.sweep_uploads() == 1
    assert uploads.kept(KEY) == []
    assert len(uploads.kept(OTHER)) == len(waiting()) == 1
    assert tasks.sweep_uploads() == 0


def test_a_file_whose_row_a_crash_left_unwritten_is_swept_after_two_days() -> None:
    uploads.keep(KEY, a_file(), now=timezone.now())
    Upload.objects.all().delete()
    (orphan,) = waiting()
    uploads.sweep(timezone.now())
    assert orphan.exists()
    long_ago = (timezone.now() - timedelta(days=3)).timestamp()
    os.utime(orphan, (long_ago, long_ago))
    uploads.sweep(timezone.now())
    assert not orphan.exists()
