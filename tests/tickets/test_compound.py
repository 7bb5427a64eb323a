"""The directory of compound files, read as MS-CFB lays it out and within bounds."""

import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.making_files import compound
from tickets.compound import CompoundFile, Kind, Unreadable

SIZES = st.sampled_from([0, 1, 63, 64, 65, 511, 512, 513, 4095, 4096, 4097, 20_000])


@given(st.lists(SIZES, max_size=30), st.integers(0, 5))
def test_every_stream_is_read_back_whole_and_in_part(sizes: list[int], storages: int) -> None:
    draw = random.Random(1)
    streams = {f"stream {number}": draw.randbytes(size) for number, size in enumerate(sizes)}
    file = CompoundFile(compound(streams, storages=tuple(f"storage {number}" for number in range(storages))))
    assert [entry.name for entry in file.entries[1:]] == [
        *streams,
        *(f"storage {number}" for number in range(storages)),
    ]
    for name, body in streams.items():
        assert file.read(name, 10**9) == body
        assert file.read(name, 70) == body[:70]
    assert file.read("no such stream", 10) == b""


def test_a_file_whose_header_is_too_short_for_its_tables_is_read_too() -> None:
    large = random.Random(2).randbytes(8_000_000)
    file = CompoundFile(compound({"large": large, "last": b"the end"}, storages=("VBA",)))
    assert file.read("large", len(large)) == large
    assert file.read("last", 100) == b"the end"
    assert "vba" in file.names


def test_the_root_tells_which_program_it_belongs_to() -> None:
    owner = bytes(range(16))
    file = CompoundFile(compound({}, class_id=owner))
    assert (file.root.class_id, file.root.kind) == (owner, Kind.ROOT)


def changed(content: bytes, place: int, *values: int) -> bytes:
    made = bytearray(content)
    made[place : place + 4 * len(values)] = struct.pack(f"<{len(values)}I", *values)
    return bytes(made)


WHOLE = compound({"large": b"x" * 6000, "small": b"y"})


@pytest.mark.parametrize(
    "content",
    [
        b"",
        WHOLE[:511],
        WHOLE[:600],
        changed(WHOLE, 30, 0xFFFFFFFF),
        changed(WHOLE, 48, 5),  # the directory begins elsewhere
        changed(WHOLE, 48, 9_999),
        changed(WHOLE, 76, 9_999),  # the allocation table lies outside the file
        changed(WHOLE, len(WHOLE) - 512, 0),  # the directory's first sector is followed by itself
    ],
)
def test_what_contradicts_itself_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        CompoundFile(content)


def test_a_stream_that_goes_round_in_circles_is_read_no_further_than_it_says() -> None:
    start = CompoundFile(WHOLE).entries[1].start
    circle = changed(WHOLE, len(WHOLE) - 512 + 4 * start, start)
    assert CompoundFile(circle).read("large", 10**9) == b"x" * 6000


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=64))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(place: int, damage: bytes) -> None:
    content = WHOLE[:place] + damage + WHOLE[place + len(damage) :]
    try:
        file = CompoundFile(content)
        for entry in file.entries:
            assert len(file.read(entry.name.lower(), 100_000)) <= 100_000
    except Unreadable:
        pass
