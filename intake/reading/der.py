"""The little of ASN.1 that reading a signature asks for (X.690): elements, their children, names and numbers.

A reader of our own, because mail is hostile and a general library builds objects of everything, to any depth. This one
copies nothing, goes down MAX_DEPTH levels, looks at MAX_ELEMENTS, and gives up with `Malformed`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

MAX_DEPTH = 20
MAX_ELEMENTS = 20_000  # in one read

BOOLEAN, INTEGER, OCTET_STRING, OBJECT_IDENTIFIER, SEQUENCE, SET = 0x01, 0x02, 0x04, 0x06, 0x30, 0x31
_CONSTRUCTED = 0x20
_STRINGS = {
    12: "utf-8",
    18: "ascii",
    19: "ascii",
    20: "latin-1",
    22: "ascii",
    26: "ascii",
    28: "utf-32-be",
    30: "utf-16-be",
}


class Malformed(ValueError):
    """The bytes are no ASN.1, are cut off, or go beyond the bounds."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its tag byte, and where its content stands in `data`."""

    data: memoryview
    tag: int
    start: int
    stop: int
    after: int  # where the next element begins
    reader: "Reader"

    def content(self) -> memoryview:
        return self.data[self.start : self.stop]

    def children(self) -> Iterator["Element"]:
        position = self.start
        while position < self.stop:
            child = self.reader.element(self.data, position, self.stop)
            yield child
            position = child.after

    def octets(self, depth: int = 0) -> bytes:
        """The bytes of an OCTET STRING, which BER may write in pieces."""
        if not self.tag & _CONSTRUCTED:
            return bytes(self.content())
        if depth > MAX_DEPTH:
            raise Malformed
        return b"".join(child.octets(depth + 1) for child in self.children())

    def text(self) -> str:
        """The text of a string type, "" for any other."""
        encoding = _STRINGS.get(self.tag)
        return bytes(self.content()[:2_000]).decode(encoding, "replace") if encoding else ""

    def identifier(self) -> str:
        """An OBJECT IDENTIFIER in dots."""
        content = bytes(self.content()[:50])
        if self.tag != OBJECT_IDENTIFIER or not content:
            return ""
        numbers, value = [min(content[0] // 40, 2)], 0
        numbers.append(content[0] - 40 * numbers[0])
        for byte in content[1:]:
            value = value << 7 | byte & 0x7F
            if not byte & 0x80:
                numbers.append(value)
                value = 0
        return ".".join(map(str, numbers))


class Reader:
    """Reads elements and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def element(self, data: memoryview, position: int, end: int, depth: int = 0) -> Element:
        """The element at `position`. Raises Malformed."""
        self.count += 1
        if self.count > MAX_ELEMENTS or depth > MAX_DEPTH or position + 2 > end:
            raise Malformed
        tag, length = data[position], data[position + 1]
        start = position + 2
        if tag & 0x1F == 0x1F:
            raise Malformed  # tags of several bytes: no signature has them
        if length == 0x80:
            return self._indefinite(data, tag, start, end, depth)
        if length & 0x80:
            size = length & 0x7F
            if size > 4 or start + size > end:
                raise Malformed
            length = int.from_bytes(data[start : start + size])
            start += size
        if start + length > end:
            raise Malformed
        return Element(data, tag, start, start + length, start + length, self)

    def _indefinite(self, data: memoryview, tag: int, start: int, end: int, depth: int) -> Element:
        """An element that ends at its two zero bytes, as programs write that do not know the length beforehand."""
        if not tag & _CONSTRUCTED:
            raise Malformed
        position = start
        while bytes(data[position : position + 2]) != b"\0\0":
            position = self.element(data, position, end, depth + 1).after
        return Element(data, tag, start, position, position + 2, self)


def first_element(data: bytes) -> Element:
    """The element at the start of `data`. Raises Malformed, as all that is asked of it may."""
    view = memoryview(data)
    return Reader().element(view, 0, len(view))
