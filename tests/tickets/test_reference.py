import re
from collections import Counter
from datetime import date, timedelta

import pycountry
import pytest
from dateutil.easter import easter

from tickets.data.extract_hromadas import transliterated
from tickets.reference import FOLDER, contacts, holidays, hromadas, languages, queues, regions, templates, topics

ISO_DIFFERS_FROM_KATOTTG = {"UA-43", "UA-09", "UA-77", "UA-30", "UA-40"}


def derived_holidays(year: int) -> set[date]:
    """The fixed list of the institutions in Brussels, weekdays only."""
    sunday = easter(year)
    days = {sunday + timedelta(days=distance) for distance in (-3, -2, 1, 39, 40, 50)}
    days |= {date(year, *day) for day in ((1, 1), (1, 2), (5, 1), (5, 9), (7, 21), (8, 15), (11, 1), (11, 2))}
    days |= {date(year, 12, day) for day in range(24, 32)}
    return {day for day in days if day.weekday() < 5}


@pytest.mark.parametrize(("year", "number"), [(2025, 18), (2026, 17), (2027, 16)])
def test_the_holidays_of_each_year_follow_the_fixed_list(year: int, number: int) -> None:
    found = [holiday.date for holiday in holidays() if holiday.date.year == year]
    assert len(found) == number
    assert set(found) == derived_holidays(year)


def test_holidays_that_were_derived_are_provisional() -> None:
    assert {holiday.date.year for holiday in holidays() if holiday.provisional} == {2026, 2027}
    assert all(holiday.source for holiday in holidays())


def test_the_27_regions_hold_both_cities_and_bear_the_codes_of_iso_3166_2() -> None:
    codes = {region.code for region in regions()}
    assert codes == {division.code for division in pycountry.subdivisions.get(country_code="UA")}
    assert {"UA-30", "UA-40", "UA-43"} < codes
    assert len(regions()) == 27


def test_five_regions_have_other_digits_in_the_codifier_than_in_iso_3166_2() -> None:
    assert all(re.fullmatch(r"UA\d{17}", region.katottg) for region in regions())
    differing = {region.code for region in regions() if region.katottg[2:4] != region.code[3:]}
    assert differing == ISO_DIFFERS_FROM_KATOTTG


def test_the_hromadas_are_all_there_and_lie_in_their_region() -> None:
    by_region = Counter(hromada.region for hromada in hromadas())
    assert by_region.total() == len({hromada.katottg for hromada in hromadas()}) == 1_772
    assert by_region["UA-43"] == 303
    assert len(by_region) == 25  # the cities of Kyiv and Sevastopol have none
    katottg = {region.code: region.katottg for region in regions()}
    assert all(hromada.katottg[:4] == katottg[hromada.region][:4] for hromada in hromadas())


def test_the_names_of_hromadas_are_clean_in_both_alphabets() -> None:
    for hromada in hromadas():
        assert re.fullmatch(r"[А-ЯІЇЄҐа-яіїєґ’-]+", hromada.name_uk)
        assert re.fullmatch(r"[A-Za-z-]+", hromada.name)
        assert hromada.name == transliterated(hromada.name_uk)
        assert hromada.raion == transliterated(hromada.raion_uk)


@pytest.mark.parametrize(
    ("name", "latin"),
    [  # examples of the resolution of 2010
        ("Згурівська", "Zghurivska"),
        ("Єнакієве", "Yenakiieve"),
        ("Їжакевич", "Yizhakevych"),
        ("Мар’їне", "Marine"),
        ("Йосипівка", "Yosypivka"),
        ("Стрий", "Stryi"),
        ("Ґалаґан", "Galagan"),
        ("Щербухи", "Shcherbukhy"),
        ("Юрій", "Yurii"),
        ("Яготин", "Yahotyn"),
        ("Знам’янка", "Znamianka"),
        ("Тур’є-Реметівська", "Turie-Remetivska"),
    ],
)
def test_names_are_transliterated_by_the_official_rule(name: str, latin: str) -> None:
    assert transliterated(name) == latin


def test_topics_have_a_name_in_each_language_of_the_form_and_a_queue_that_exists() -> None:
    assert len({topic.code for topic in topics()}) == len(topics()) == 20
    assert all(topic.name and topic.name_uk and topic.name_lv and topic.name_fr for topic in topics())
    assert {topic.queue for topic in topics()} == {queue.code for queue in queues()}


def test_queues_and_templates_have_a_name_in_each_language_of_the_desk() -> None:
    for each in (*queues(), *templates()):
        assert all((each.name, each.name_uk, each.name_lv, each.name_fr)), each.code


def test_all_queues_but_the_general_one_are_restricted() -> None:
    assert [queue.code for queue in queues() if not queue.restricted] == ["general"]
    assert {queue.code for queue in queues()} == {"general", "access-to-documents", "data-protection", "complaints"}


def test_languages_come_in_the_order_of_the_institutions_and_ukrainian_in_its_own_group() -> None:
    order = "bg es cs da de et el en fr ga hr it lv lt hu mt nl pl pt ro sk sl fi sv uk"
    assert " ".join(language.code for language in languages()) == order
    assert [language.code for language in languages() if not language.official] == ["uk"]
    assert {language.code: language.endonym for language in languages()}["lv"] == "latviešu"


def test_each_file_of_data_is_described() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    files = {path.name for path in FOLDER.glob("*.csv")}
    assert files == set(re.findall(r"`(\w+\.csv)`", readme))


def test_every_body_has_a_name_in_each_language_of_our_mails_and_says_what_it_is_for() -> None:
    codes = [contact.code for contact in contacts()]
    assert len(codes) == len(set(codes))
    known = {language.code for language in languages()}
    for contact in contacts():
        assert all((contact.name, contact.name_uk, contact.name_lv, contact.name_fr, contact.purpose)), contact.code
        assert set(contact.languages) <= known
    assert [contact.address for contact in contacts() if contact.address] == ["ECHO-DONATIONS@ec.europa.eu"]
