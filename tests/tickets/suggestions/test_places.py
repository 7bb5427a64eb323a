"""Which hromada writes: by code, by domain, by its inflected name; where a name is borne by several, nobody guesses."""

import pytest

from tickets.suggestions.places import by_places, hromada_named
from tickets.suggestions.values import Asked

LEBEDYN, OKHTYRKA, KONOTOP = "UA59080110000034361", "UA59040110000026694", "UA59020070000032449"
SUMY, NOVHOROD = "UA59080270000073662", "UA74060030000026607"


def found(asked: Asked) -> dict[str, tuple[str, bool]]:
    return {each.field: (each.value, each.strong) for each in by_places(asked)}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Лебединська міська рада", LEBEDYN),
        ("від Лебединської міської територіальної громади", LEBEDYN),
        ("у Лебединській громаді", LEBEDYN),
        ("виконавчий комітет ЛЕБЕДИНСЬКОЇ МІСЬКОЇ РАДИ", LEBEDYN),
        ("м. Лебедин", LEBEDYN),
        ("мешканці міста Лебедина", LEBEDYN),
        ("Lebedynska hromada", LEBEDYN),
        ("the city of Konotop", KONOTOP),
        ("Okhtyrka city council", OKHTYRKA),
        ("Новгород-Сіверська міська рада", NOVHOROD),
        ("код КАТОТТГ UA59080270010051716", SUMY),  # a town of the hromada
        ("КАТОТТГ: УА59080270000073662", SUMY),  # in Cyrillic letters
    ],
)
def test_a_hromada_is_found_by_its_name_and_code(text: str, code: str) -> None:
    assert hromada_named(text) == code
    assert found(Asked(text=text)) == {
        "organisation": (code, True),
        "region": (f"UA-{code[2:4]}".replace("UA-74", "UA-74"), True),
    }


@pytest.mark.parametrize(
    "text",
    [
        "Українська громада в Польщі",
        "Асоціація українських громад",
        "Лебединська вулиця",
        "Лебединський район",
        "Миколаївська громада",  # eight bear this name
        "The European community",
        "",
    ],
)
def test_what_names_none_or_several_suggests_no_organisation(text: str) -> None:
    assert hromada_named(text) == ""


def test_the_oblast_or_raion_beside_tells_hromadas_of_one_name_apart() -> None:
    assert hromada_named("Калинівська сільська рада") == ""
    by_region = hromada_named("Тростянецька міська рада Сумської області")
    assert by_region.startswith("UA59")
    assert hromada_named("Тростянецька міська рада") == ""
    # Two of this name lie in one raion.
    assert found(Asked(text="Миколаївська сільська рада Сумського району Сумської області")) == {
        "region": ("UA-59", True)
    }


def test_an_oblast_is_no_hromada() -> None:
    assert found(Asked(text="Сумська обласна військова адміністрація")) == {"region": ("UA-59", True)}
    assert found(Asked(text="Kherson oblast")) == {"region": ("UA-65", True)}


@pytest.mark.parametrize(("domain", "strong"), [("lebedyn-gromada.gov.ua", True), ("lebedyn-rada.example", False)])
def test_the_domain_of_a_local_authority_names_it_and_is_sure_where_the_state_gives_it(
    domain: str, strong: bool
) -> None:
    assert found(Asked(domain=domain))["organisation"] == (LEBEDYN, strong)


def test_the_signature_says_who_writes_before_the_text_says_of_whom() -> None:
    asked = Asked(text="Разом з Конотопською міською радою просимо.", signature="Лебединська міська рада")
    assert found(asked)["organisation"] == (LEBEDYN, True)
    assert found(Asked(text="Лебединська громада і Конотопська громада"))["organisation"] == (LEBEDYN, False)


def test_from_abroad_a_place_is_whom_one_wants_to_help() -> None:
    assert found(Asked(text="Mēs gribam palīdzēt: Lebedynska hromada", language="lv")) == {}
    assert found(Asked(text="We want to help Kharkiv", domain="town.ie", language="en")) == {"region": ("UA-63", False)}
