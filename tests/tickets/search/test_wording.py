"""Words compare alike however they are written, and no text breaks the index."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.search.document import MOST_BYTES, Weight, vector
from tickets.search.wording import LONGEST_WORD, places, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Generators, please!", ["generators", "please"]),
        ("Об'єкт об’єкт обʼєкт ОБ`ЄКТ", ["обєкт"] * 4),
        ("l'énergie d’urgence", ["l", "energie", "d", "urgence"]),
        ("Ģeneratori slimnīcai; Łódź, Straße", ["generatori", "slimnicai", "lodz", "strasse"]),
        ("їжак йод ґанок і Її", ["їжак", "йод", "ґанок", "і", "її"]),
        ("ёлка елка", ["елка", "елка"]),
        ("Лист 02-17/112 SU-2026-000123", ["лист", "02", "17", "112", "su", "2026", "000123"]),
        ("Olena.Example@hromada.example", ["olena", "example", "hromada", "example"]),
        ("Лист_112 від 17.11.2026.pdf", ["лист", "112", "від", "17", "11", "2026", "pdf"]),
        ("100 кВт 100kW", ["100", "квт", "100kw"]),
        ("soft\u00adhyphen zero\u200bwidth", ["softhyphen", "zerowidth"]),
        ("東京 ｆｕｌｌ ﬁne", ["東", "京", "full", "fine"]),
        ("مستشفى الأطفال", ["مستشفى", "الأطفال"]),
        ("… — *** _", []),
        ("", []),
    ],
)
def test_a_text_is_read_as_words(text: str, found: list[str]) -> None:
    assert words(text) == [unicodedata.normalize("NFC", word) for word in found]


@given(st.text(max_size=200))
def test_places_are_where_the_words_stand_and_decomposed_letters_are_the_same(text: str) -> None:
    assert [word for _, _, word in places(text) if word] == words(text)
    last = 0
    for start, end, word in places(text):
        assert last <= start < end <= len(text)
        assert len(word) <= LONGEST_WORD
        last = end
    cyrillic = "йї" + text
    assert words(unicodedata.normalize("NFD", cyrillic))[:1] == words(unicodedata.normalize("NFC", cyrillic))[:1]


def test_a_huge_text_is_cut_to_what_the_index_takes() -> None:
    found = vector([(Weight.TEXT, " ".join(f"слово{number}" * 8 for number in range(30_000)))])
    assert found.size < MOST_BYTES + 300
    assert found.bare_size <= found.size


def test_texts_keep_apart_and_say_where_they_stand() -> None:
    found = vector([(Weight.SUBJECT, "two generators"), (Weight.TEXT, "generators now")])
    assert found.text == "'two':3C 'generators':4C,7 'now':8"
    assert found.bare == "'two' 'generators' 'now'"


def test_no_letter_becomes_what_would_end_a_word_in_the_index() -> None:
    every = " ".join(f"a{chr(code)}b" for code in range(0x110000) if chr(code).isalnum())
    assert not {"'", "\\", " ", "\n"} & set("".join(words(every)))
    assert all(words(every))
