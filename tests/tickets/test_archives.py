"""Archives are read within bounds: what is made to fill a disk, a memory or a day costs no more than another file."""

import bz2
import gzip
import io
import lzma
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest

from tests.making_files import archive, archive_of, docx
from tickets import archives
from tickets.archives import Budget, Closed, Zip, members_of_tar, unpacked
from tickets.filetypes import type_of
from tickets.quarantine import quarantine_of

MIB = 1024 * 1024
ZEROS = bytes(40 * MIB)


def peak(work: Callable[[], object]) -> int:
    """The most memory, in bytes, that Python held during the work."""
    tracemalloc.start()
    work()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def test_the_head_of_each_member_is_read_and_no_more() -> None:
    budget = Budget(10**9)
    before = budget.left
    package = Zip(archive_of({"large.txt": ZEROS, "small.txt": "abc"}), budget)
    assert [(member.name, len(member.head)) for member in package.members()] == [
        ("large.txt", archives.HEAD_BYTES),
        ("small.txt", 3),
    ]
    assert before - budget.left == archives.HEAD_BYTES + 3


def test_a_member_that_would_burst_the_budget_is_not_looked_at() -> None:
    bomb = archive_of({"letter.docx": b"PK\x03\x04" + ZEROS})
    assert quarantine_of(bomb, "papers.zip", "application/zip") == "archive-huge"
    assert peak(lambda: quarantine_of(bomb, "papers.zip", "application/zip")) < 8 * MIB


def test_an_archive_that_promises_to_fill_the_disk_is_not_opened() -> None:
    bomb = bytearray(archive("part.txt"))
    promised = bomb.index(b"PK\x01\x02") + 24  # the size unpacked, in the directory
    bomb[promised : promised + 4] = (600 * MIB).to_bytes(4, "little")
    assert quarantine_of(bytes(bomb), "papers.zip", "application/zip") == "archive-huge"


def test_members_that_share_their_bytes_are_counted_each_time() -> None:
    """A zip whose directory names one member many times, as bombs of overlapping files do."""
    one = archive_of({"letter.docx": b"PK\x03\x04" + bytes(900_000)})
    start = one.index(b"PK\x01\x02")
    end = one.index(b"PK\x05\x06")
    directory = one[start:end] * 500
    closing = bytearray(one[end:])
    closing[8:12] = (500).to_bytes(2, "little") * 2
    closing[12:16] = len(directory).to_bytes(4, "little")
    bomb = one[:start] + directory + bytes(closing)
    assert quarantine_of(bomb, "papers.zip", "application/zip").startswith("archive-")
    package = Zip(bomb, Budget(len(bomb)))
    most = archives.MOST_TIMES * len(bomb) // 900_000
    with pytest.raises(Closed) as closed:
        [package.whole("letter.docx", archives.MOST_BYTES) for _ in range(most + 2)]
    assert closed.value.code in ("archive-huge", "archive-closed")


def test_half_a_million_members_are_counted_and_not_listed() -> None:
    directory = archive("a")[archive("a").index(b"PK\x01\x02") : archive("a").index(b"PK\x05\x06")]
    bomb = b"PK\x03\x04" + directory * 400_000
    assert peak(lambda: quarantine_of(bomb, "papers.zip", "application/zip")) < 2 * MIB
    assert type_of(bomb, "papers.zip") == "application/zip"
    with pytest.raises(Closed):
        Zip(bomb, Budget(len(bomb)))


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_stream_is_unpacked_up_to_its_bound(pack: Callable[[bytes], bytes]) -> None:
    packed = pack(ZEROS)
    found, whole = unpacked(packed, Budget(10**9))
    assert (len(found), whole) == (archives.MOST_STREAM, False)
    found, whole = unpacked(packed, Budget(len(packed)))
    assert (len(found), whole) == (max(archives.LEAST_BYTES, archives.MOST_TIMES * len(packed)), False)
    assert unpacked(pack(b"a letter"), Budget(10)) == (b"a letter", True)
    with pytest.raises(Closed):
        unpacked(packed[:20] + b"rubbish" * 9, Budget(10))


def test_a_stream_that_wants_too_much_memory_is_refused() -> None:
    greedy = lzma.compress(b"x", filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 29}])
    with pytest.raises(Closed):
        unpacked(greedy, Budget(10))


def test_holes_of_a_tar_are_not_filled() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as made:
        entry = tarfile.TarInfo("holes")
        entry.pax_headers = {
            "GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.size": str(10**12),
            "GNU.sparse.map": f"{10**12},0", "GNU.sparse.name": "holes",
        }  # fmt: skip
        made.addfile(entry)
    with pytest.raises(Closed) as closed:
        list(members_of_tar(buffer.getvalue()))
    assert closed.value.code == "archive-huge"


def test_a_tar_of_too_many_files_is_closed() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as made:
        for number in range(archives.MAX_MEMBERS + 1):
            made.addfile(tarfile.TarInfo(str(number)))
    with pytest.raises(Closed):
        list(members_of_tar(buffer.getvalue()))


def test_a_document_larger_than_its_budget_is_not_called_harmless() -> None:
    swollen = docx(**{"[Content_Types].xml": b"<Types>" + b" " * 3 * MIB + b"vbaProject</Types>"})
    assert quarantine_of(swollen, "letter.docx", type_of(swollen, "letter.docx")) == "archive-huge"


def test_packing_that_we_cannot_undo_is_closed() -> None:
    packed = bytearray(archive_of({"a.txt": "text"}, method=zipfile.ZIP_STORED))
    for mark, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        packed[packed.index(mark) + place] = 9  # Deflate64
    assert quarantine_of(bytes(packed), "papers.zip", "application/zip") == "archive-closed"
