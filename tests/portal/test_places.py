import pytest
from django.conf import settings
from django.utils import translation

from portal import places


def options(language: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    with translation.override(language):
        _, (_, ukraine), (_, others) = places.choices()
    assert not isinstance(ukraine, str)
    assert not isinstance(others, str)
    return ukraine, others


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_the_27_regions_come_first_then_the_countries(language: str) -> None:
    ukraine, others = options(language)
    assert len({code for code, _ in ukraine if code.startswith("UA-")}) == 27
    assert len(others) > 200
    assert "UA" not in dict(others)
    assert all(name for _, name in ukraine + others)


def test_ukrainian_names_stand_in_the_order_of_the_ukrainian_alphabet() -> None:
    ukraine, others = options("uk")
    names = [name for _, name in ukraine]
    assert names[:2] == ["Автономна Республіка Крим", "Вінницька область"]
    assert (
        names.index("Житомирська область")
        < names.index("Закарпатська область")
        < names.index("Івано-Франківська область")
    )
    assert names.index("Івано-Франківська область") < names.index("Кіровоградська область")
    countries = [name for _, name in others]
    assert countries.index("Ізраїль") < countries.index("Йорданія") < countries.index("Казахстан")


def test_the_city_of_kyiv_stands_with_its_name_and_not_with_the_word_city() -> None:
    names = [name for _, name in options("uk")[0]]
    assert names.index("місто Київ") + 1 == names.index("Київська область")


@pytest.mark.parametrize(
    ("language", "code", "name"),
    [
        ("en", "MD", "Moldova"),
        ("uk", "PL", "Польща"),
        ("lv", "CZ", "Čehija"),
        ("fr", "DE", "Allemagne"),
        ("fr", "IR", "Iran"),
    ],
)
def test_countries_have_their_common_names_in_the_language_of_the_page(language: str, code: str, name: str) -> None:
    assert dict(options(language)[1])[code] == name


def test_accents_do_not_move_a_french_name_to_the_end() -> None:
    names = [name for _, name in options("fr")[1]]
    assert names.index("Égypte") < names.index("Espagne")


def test_latvian_letters_stand_in_latvian_order() -> None:
    names = [name for _, name in options("lv")[1]]
    assert names.index("Dānija") < names.index("Dominika") < names.index("Ekvadora")


@pytest.mark.parametrize(
    ("place", "parts"), [("UA-59", ("UA", "UA-59")), ("UA", ("UA", "")), ("PL", ("PL", "")), ("ZZ", ("", ""))]
)
def test_a_place_is_a_country_and_in_ukraine_a_region(place: str, parts: tuple[str, str]) -> None:
    assert places.split(place) == parts
