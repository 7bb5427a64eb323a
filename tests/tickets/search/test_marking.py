"""The words of a search are marked where they stand, however they are written there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.search.marking import LENGTH, Part, Wanted, marked, piece, wanted
from tickets.search.query import parse
from tickets.search.wording import places, words


def shown(parts: tuple[Part, ...]) -> str:
    return "".join(f"[{part.text}]" if part.marked else part.text for part in parts)


@pytest.mark.parametrize(
    ("asked", "text", "found"),
    [
        ("generator", "Two Generators, one generator.", "Two [Generators], one [generator]."),
        ('"generator"', "Two Generators, one generator.", "Two Generators, one [generator]."),
        ("об'єкт", "Цей ОБ’ЄКТ", "Цей [ОБ’ЄКТ]"),
        ("energie", "de l’Énergie", "de l’[Énergie]"),
        ("02-17/112", "Лист 02-17/112-а", "Лист [02]-[17]/[112]-а"),
        ("елка", "ёлка", "[ёлка]"),
        ("-generator bus", "generator bus", "generator [bus]"),
        ("from:olena", "olena", "olena"),
    ],
)
def test_words_are_marked(asked: str, text: str, found: str) -> None:
    assert shown(marked(text, wanted(parse(asked), ""))) == found


@pytest.mark.parametrize(
    ("asked", "text", "found"),
    [
        ("bus", "omnibus and a bus", "omnibus and a [bus]"),
        ("bus", "omnibus", ""),
        ("обєкт", "Наш об'єкт тут", "Наш [об'єкт] тут"),
        ("hopital", "un hôpital", "un [hôpital]"),
        ("й", "и\u0306од", "[и\u0306од]"),
    ],
)
def test_a_piece_is_found_where_the_word_stands(asked: str, text: str, found: str) -> None:
    assert shown(piece(text, wanted(parse(asked), ""))) == found


def test_a_piece_of_a_long_text_begins_and_ends_with_whole_words() -> None:
    text = "before " * 2000 + "here it is " + "after " * 2000
    found = shown(piece(text, wanted(parse("here"), "")))
    assert found.startswith("… before ")
    assert "[here] it is after" in found
    assert found.endswith("after …")
    assert len(found) < LENGTH + 10


@given(st.text("aбґй'’ё-_. 1«№\u00a0É", max_size=40), st.lists(st.text("aбґйё1", min_size=1, max_size=3), max_size=3))
def test_the_quick_look_marks_what_reading_word_by_word_marks(text: str, asked: list[str]) -> None:
    sought = [Wanted(word, len(word) == 2) for each in asked for word in words(each)]
    read = [
        (start, end)
        for start, end, word in places(text)
        if any(word == each.word if each.whole else word.startswith(each.word) for each in sought)
    ]
    at, marks = 0, []
    for part in marked(text, sought):
        if part.marked:
            marks.append((at, at + len(part.text)))
        at += len(part.text)
    assert marks == read


@given(st.text(max_size=400), st.text(min_size=1, max_size=5))
def test_a_piece_shows_what_the_index_finds(text: str, asked: str) -> None:
    sought = wanted(parse(f'"{asked}"'), "")
    has_it = any(part.marked for part in marked(text, sought))
    found = piece(text, sought)
    assert bool(found) == has_it or len(text) > LENGTH
    assert all(part.text for part in found)
