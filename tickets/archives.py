"""What lies in an archive, read within bounds: a bomb costs no more than an honest file of its size.

Of each member the first bytes are read, of some the whole; all of it together never more than `Budget` allows.
"""

import bz2
import io
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

HEAD_BYTES = 4096
MAX_MEMBERS = 2_000
# What is unpacked: so many times the size of the archive, and never more than so much.
MOST_TIMES, MOST_BYTES, LEAST_BYTES = 30, 64 * 1024 * 1024, 1024 * 1024
MOST_STREAM = 16 * 1024 * 1024  # of one gzip, bzip2 or xz file; bzip2 takes a second for so much
# An archive that promises more than this, and more than so many times its own size, is made to fill a disk.
HUGE_BYTES, HUGE_TIMES = 512 * 1024 * 1024, 100

ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
GZIP, BZIP2, XZ = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00"
_ENTRY = b"PK\x01\x02"
_ASIC = re.compile(
    r"META-INF/(?:(?:signatures/)?[^/]*signatures?[^/]*\.(?:xml|p7s)|timestamp\.tst|ASiCManifest[^/]*\.xml)", re.I
)
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError, NotImplementedError, OSError,
            RuntimeError, KeyError, IndexError, OverflowError)  # fmt: skip


class Closed(Exception):
    """Nobody can look into this archive; `code` tells why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Budget:
    """How many bytes may still be unpacked from an archive and all that lies in it."""

    def __init__(self, packed: int) -> None:
        self.left = min(MOST_BYTES, max(LEAST_BYTES, MOST_TIMES * packed))

    def take(self, wanted: int) -> int:
        """So many of the bytes wanted may be unpacked now."""
        granted = min(wanted, self.left)
        self.left -= granted
        return granted

    def give_back(self, unused: int) -> None:
        """What was granted and not needed."""
        self.left += unused


@dataclass(frozen=True)
class Member:
    """A file in an archive, and how it begins."""

    name: str
    head: bytes


class Zip:
    """A zip file and what is built on it: office documents, e-signature containers, Java programs."""

    def __init__(self, content: bytes, budget: Budget) -> None:
        """Raises Closed when its directory cannot be read, or holds too much to look at."""
        self._budget = budget
        # Counted before the directory is read: half a million entries fit into 20 MB, and cost 300 MB of memory.
        if content.count(_ENTRY) > 2 * MAX_MEMBERS:
            raise Closed("archive-closed")
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
            self._entries = [each for each in self._archive.infolist() if not each.is_dir()]
        except _DAMAGED as error:
            raise Closed("archive-closed") from error
        if len(self._entries) > MAX_MEMBERS:
            raise Closed("archive-closed")
        promised = sum(entry.file_size for entry in self._entries)
        if promised > max(HUGE_BYTES, HUGE_TIMES * len(content)):
            raise Closed("archive-huge")
        self.names = [entry.filename for entry in self._entries]

    @property
    def encrypted(self) -> bool:
        """Whether any member needs a password (APPNOTE 4.4.4, bit 0)."""
        return any(entry.flag_bits & 1 for entry in self._entries)

    def members(self) -> Iterator[Member]:
        """Each member with its head. Raises Closed when one is damaged."""
        for entry in self._entries:
            yield Member(entry.filename, self._read(entry, HEAD_BYTES))

    def read(self, name: str, limit: int) -> bytes:
        """The first bytes of a member; empty when there is none of this name. Raises Closed."""
        entry = next((each for each in self._entries if each.filename == name), None)
        return b"" if entry is None else self._read(entry, limit)

    def whole(self, name: str, most: int) -> bytes:
        """All of a member; empty when there is none of this name. Raises Closed, also when it is longer than `most`."""
        found = self.read(name, most + 1)
        if len(found) > most:
            raise Closed("archive-huge")
        return found

    def _read(self, entry: zipfile.ZipInfo, limit: int) -> bytes:
        granted = self._budget.take(limit)
        try:
            with self._archive.open(entry) as file:
                found = file.read(granted)
        except _DAMAGED as error:
            raise Closed("archive-closed") from error
        if len(found) == granted < min(limit, entry.file_size):
            raise Closed("archive-huge")  # what is not looked at is not called harmless
        self._budget.give_back(granted - len(found))
        return found


def names_in_zip(content: bytes) -> list[str]:
    """The names in a zip; none when it cannot be read."""
    try:
        return Zip(content, Budget(0)).names
    except Closed:
        return []


def holds_signatures(names: Iterable[str]) -> bool:
    """Whether a zip with these names is an e-signature container (ETSI EN 319 162-1, 4.3.3 and 4.4.3)."""
    return any(_ASIC.fullmatch(name) for name in names)


def unpacked(content: bytes, budget: Budget) -> tuple[bytes, bool]:
    """What a gzip, bzip2 or xz file holds, and whether that is all of it. Raises Closed when it is damaged."""
    granted = budget.take(MOST_STREAM)
    try:
        if content.startswith(GZIP):
            found, whole = _inflated(content, granted)
        else:
            opener = bz2.BZ2Decompressor() if content.startswith(BZIP2) else lzma.LZMADecompressor(memlimit=1 << 27)
            found = opener.decompress(content, granted)
            whole = opener.eof
    except _DAMAGED as error:
        raise Closed("archive-closed") from error
    budget.give_back(granted - len(found))
    return found, whole


def members_of_tar(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The files of a tar, each with its bytes. Raises Closed when it is damaged or holds too many."""
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            for number, entry in enumerate(archive):
                if number >= MAX_MEMBERS:
                    raise Closed("archive-closed")
                if entry.issparse():
                    raise Closed("archive-huge")  # its holes would be unpacked as zeros without end
                if not entry.isfile():
                    continue
                file = archive.extractfile(entry)
                found = file.read(len(content)) if file else b""
                yield entry.name, found
    except (tarfile.TarError, *_DAMAGED) as error:
        raise Closed("archive-closed") from error


def _inflated(content: bytes, limit: int) -> tuple[bytes, bool]:
    opener = zlib.decompressobj(wbits=31)
    found = opener.decompress(content, limit)
    # A file of several members (RFC 1952, 2.2) goes on behind the first; nobody sends a letter that way.
    return found, opener.eof and not opener.unused_data.strip(b"\0")
