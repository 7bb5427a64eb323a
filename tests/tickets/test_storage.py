"""Files are kept under their hash, once, and are whole or not there at all."""

import hashlib
import os
from pathlib import Path

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile

from tickets.storage import ContentStorage, make_folder

CONTENT = b"generator, 100 kW"


def test_content_is_kept_under_its_hash(tmp_path: Path) -> None:
    name, sha256, size = ContentStorage(location=tmp_path).keep([b"generator, ", b"100 kW"])
    assert sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert name == f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
    assert size == len(CONTENT)
    assert (tmp_path / name).read_bytes() == CONTENT


def test_the_same_content_is_kept_once(tmp_path: Path) -> None:
    storage = ContentStorage(location=tmp_path)
    assert storage.keep([CONTENT]) == storage.keep([CONTENT])
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / storage.keep([CONTENT])[0]]


def test_a_source_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    def broken():
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        ContentStorage(location=tmp_path).keep(broken())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_an_old_file_can_be_removed_and_a_fresh_one_cannot(tmp_path: Path) -> None:
    storage = ContentStorage(location=tmp_path)
    name, _, _ = storage.keep([CONTENT])
    assert not storage.remove_unless_fresh(name, seconds=3600)
    assert storage.read(name) == CONTENT
    os.utime(tmp_path / name, (0, 0))
    assert storage.remove_unless_fresh(name, seconds=3600)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert storage.remove_unless_fresh(name, seconds=3600)


def test_keeping_an_old_file_again_makes_it_fresh(tmp_path: Path) -> None:
    storage = ContentStorage(location=tmp_path)
    name, _, _ = storage.keep([CONTENT])
    os.utime(tmp_path / name, (0, 0))
    storage.keep([CONTENT])
    assert not storage.remove_unless_fresh(name, seconds=3600)


def test_django_saves_through_it_too(tmp_path: Path) -> None:
    storage = ContentStorage(location=tmp_path)
    name = storage.save("any name.txt", ContentFile(CONTENT))
    assert name == storage.name_of(hashlib.sha256(CONTENT).hexdigest())
    assert storage.read(name) == CONTENT


def test_a_file_and_its_folders_are_flushed_before_keep_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed = []
    real = os.fsync

    def watch(handle: int) -> None:
        flushed.append(os.readlink(f"/proc/self/fd/{handle}"))
        real(handle)

    monkeypatch.setattr(os, "fsync", watch)
    name, _, _ = ContentStorage(location=tmp_path).keep([CONTENT])
    assert Path(flushed[0]).name.startswith(".new-")
    assert {str(tmp_path), str(tmp_path / name[:2]), str((tmp_path / name).parent)} <= set(flushed[1:])


def test_a_folder_is_made_with_the_root_that_it_is_below(tmp_path: Path) -> None:
    root = tmp_path / "files"
    make_folder(root / "ab" / "cd", root)
    make_folder(root / "ab" / "cd", root)
    assert (root / "ab" / "cd").is_dir()


def test_no_file_has_a_public_address(tmp_path: Path) -> None:
    with pytest.raises(SuspiciousFileOperation):
        ContentStorage(location=tmp_path).url("ab/cd/abcd")


def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(SuspiciousFileOperation):
        ContentStorage(location=tmp_path / "files").open("../secret")
