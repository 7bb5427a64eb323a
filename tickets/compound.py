"""Compound files, the container of .doc, .xls, .ppt, .msg and .msi: what their directory names (MS-CFB).

Only what is asked for is read, and every chain of sectors has a bound, so a file that is made to mislead costs no more
than an honest one. What contradicts the format raises `Unreadable`.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_ENTRIES = 100_000
_HEADER = 512  # bytes, whatever the size of a sector is
_ENTRY = 128
_LAST_SECTOR = 0xFFFFFFFA  # MAXREGSECT: what is greater is a mark, not a sector
_IN_HEADER = 109  # places of FAT sectors that the header holds itself


class Unreadable(Exception):
    """The file is not what its first bytes promise."""


class Kind(IntEnum):
    """The type of an entry (MS-CFB 2.6.1)."""

    STORAGE = 1
    STREAM = 2
    ROOT = 5


@dataclass(frozen=True)
class Entry:
    """One entry of the directory. `class_id` is that of the program that owns a storage, as it lies in the file."""

    name: str
    kind: int
    class_id: bytes
    start: int
    size: int


class CompoundFile:
    """The directory of a compound file, and the beginnings of its streams."""

    def __init__(self, content: bytes) -> None:
        """Raises Unreadable."""
        if not content.startswith(SIGNATURE) or len(content) < _HEADER:
            raise Unreadable("no header")
        self._content = content
        self._shift, self._mini_shift = struct.unpack_from("<HH", content, 30)
        if self._shift not in (9, 12) or self._mini_shift != 6:
            raise Unreadable("sector size")
        self._first, _, self._cutoff, self._mini_fat = struct.unpack_from("<4I", content, 48)
        self._fat = self._places_of_fat()
        self.entries = tuple(self._directory())
        if not self.entries or self.entries[0].kind != Kind.ROOT:
            raise Unreadable("no root entry")

    @property
    def root(self) -> Entry:
        return self.entries[0]

    @property
    def names(self) -> frozenset[str]:
        """The names of all storages and streams, wherever they lie, in lower case."""
        return frozenset(entry.name.lower() for entry in self.entries)

    def read(self, name: str, limit: int) -> bytes:
        """The first `limit` bytes of the stream of this name; empty when there is none. Raises Unreadable."""
        entry = next((each for each in self.entries if each.kind == Kind.STREAM and each.name.lower() == name), None)
        return b"" if entry is None else self.content(entry, limit)

    def content(self, entry: Entry, limit: int) -> bytes:
        """The first `limit` bytes of this stream. Raises Unreadable."""
        wanted = min(entry.size, limit)
        if entry.size >= self._cutoff:
            return self._joined(entry.start, wanted)
        return self._from_mini_stream(entry.start, wanted)

    def _places_of_fat(self) -> list[int]:
        """The sectors that hold the allocation table: 109 in the header, further ones in a chain (MS-CFB 2.5)."""
        most = len(self._content) >> self._shift
        places = list(struct.unpack_from(f"<{_IN_HEADER}I", self._content, 76))
        following, _ = struct.unpack_from("<II", self._content, 68)
        each = (1 << self._shift) // 4
        while following <= _LAST_SECTOR and len(places) <= most:
            *more, following = struct.unpack(f"<{each}I", self._sector(following))
            places += more
        return [place for place in places if place <= _LAST_SECTOR]

    def _directory(self) -> Iterator[Entry]:
        count = 0
        for sector in self._chain(self._first):
            block = self._sector(sector)
            for offset in range(0, len(block), _ENTRY):
                count += 1
                if count > MAX_ENTRIES:
                    raise Unreadable("too many entries")
                entry = _entry(block[offset : offset + _ENTRY])
                if entry is not None:
                    yield entry

    def _sector(self, number: int) -> bytes:
        start = (number + 1) << self._shift
        block = self._content[start : start + (1 << self._shift)]
        # The last sector of a file is cut short by some writers, and readers fill it up.
        if not block:
            raise Unreadable("sector outside the file")
        return block.ljust(1 << self._shift, b"\0")

    def _next(self, number: int) -> int:
        index, offset = divmod(number * 4, 1 << self._shift)
        if index >= len(self._fat):
            raise Unreadable("sector outside the allocation table")
        return int(struct.unpack_from("<I", self._sector(self._fat[index]), offset)[0])

    def _chain(self, number: int) -> Iterator[int]:
        """The sectors of a stream in their order; a chain longer than the file goes round in circles."""
        for _ in range((len(self._content) >> self._shift) + 1):
            if number > _LAST_SECTOR:
                return
            yield number
            number = self._next(number)
        raise Unreadable("chain without end")

    def _joined(self, start: int, wanted: int) -> bytes:
        found = bytearray()
        if wanted:
            for sector in self._chain(start):
                found += self._sector(sector)
                if len(found) >= wanted:
                    break
        return bytes(found[:wanted])

    @cached_property
    def _short_streams(self) -> tuple[bytes, bytes]:
        """The stream that the short ones lie in, and their allocation table."""
        container = self._joined(self.root.start, min(self.root.size, len(self._content)))
        return container, b"".join(self._sector(sector) for sector in self._chain(self._mini_fat))

    def _from_mini_stream(self, start: int, wanted: int) -> bytes:
        """A short stream: its pieces of 64 bytes lie in the stream of the root entry (MS-CFB 2.4)."""
        size = 1 << self._mini_shift
        container, table = self._short_streams
        found, number = bytearray(), start
        while len(found) < wanted:
            if (number + 1) * 4 > len(table) or (number + 1) * size > len(container) + size:
                raise Unreadable("short sector outside its stream")
            found += container[number * size : (number + 1) * size].ljust(size, b"\0")
            number = struct.unpack_from("<I", table, number * 4)[0]
        return bytes(found[:wanted])


def _entry(block: bytes) -> Entry | None:
    length, kind = struct.unpack_from("<HB", block, 64)
    if kind not in tuple(Kind):
        return None
    start, size = struct.unpack_from("<IQ", block, 116)
    # Writers of version 3 leave rubbish in the upper half of the size (MS-CFB 2.6.3).
    name = block[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
    return Entry(name, kind, block[80:96], start, size & 0xFFFFFFFF)
