"""The data of a mail are the same in whatever pieces they come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.sources.dotted import Dotted

WIRE = st.lists(st.sampled_from([b"\r", b"\n", b".", b"x", b"\r\n", b"\r\n.", b"\r\n.\r\n", b".\r\n"]), max_size=30)


def line_by_line(wire: bytes) -> tuple[bytes, bytes | None]:
    """The rule of RFC 5321, section 4.5.2, word by word."""
    found = b""
    while wire:
        line, ended, wire = wire.partition(b"\r\n")
        line += ended
        if line == b".\r\n":
            return found, wire
        found += line.removeprefix(b".")
    return found, None


def read(pieces: list[bytes]) -> tuple[bytes, bytes | None]:
    dotted, found = Dotted(), b""
    for number, piece in enumerate(pieces):
        plain, behind = dotted.feed(piece)
        found += plain
        if behind is not None:
            return found, behind + b"".join(pieces[number + 1 :])
    return found, None


@pytest.mark.parametrize(
    ("wire", "mail", "behind"),
    [
        (b".\r\n", b"", b""),
        (b"\r\n.\r\n", b"\r\n", b""),
        (b"one\r\n.\r\nQUIT\r\n", b"one\r\n", b"QUIT\r\n"),
        (b"..\r\n...two\r\n.\r\n", b".\r\n..two\r\n", b""),
        (b"a\n.\nb\r.\rc\r\n.\nd\r\n.\r\n", b"a\n.\nb\r.\rc\r\n\nd\r\n", b""),
        (b"no end\r\n.", b"no end", None),
    ],
)
def test_a_lone_dot_ends_a_mail_and_no_other_line_does(wire: bytes, mail: bytes, behind: bytes | None) -> None:
    assert read([wire]) == (mail, behind)


@given(WIRE, st.lists(st.integers(1, 7), min_size=1, max_size=60))
def test_pieces_make_no_difference(parts: list[bytes], sizes: list[int]) -> None:
    wire = b"".join(parts) + b"x\r\n.\r\n"
    pieces, rest = [], wire
    for size in sizes:
        pieces.append(rest[:size])
        rest = rest[size:]
    assert read([*filter(None, pieces), *([rest] if rest else [])]) == line_by_line(wire)
