import pytest
from django.utils import translation

from tickets.models import Region
from tickets.reference import regions
from tickets.regions import NAMES


def test_every_region_of_the_reference_data_has_a_name_to_translate() -> None:
    assert set(NAMES) == {region.code for region in regions()}


@pytest.mark.parametrize(
    ("language", "name"),
    [("en", "Sumy oblast"), ("uk", "Сумська область"), ("lv", "Sumu apgabals"), ("fr", "Soumy (oblast)")],
)
def test_a_region_is_named_in_the_language_of_the_page(language: str, name: str) -> None:
    with translation.override(language):
        assert Region(code="UA-59", country="UA", name="Sumy", name_uk="Сумська область").local_name == name


def test_a_region_elsewhere_keeps_its_name() -> None:
    with translation.override("lv"):
        assert Region(code="PL-14", country="PL", name="Mazovia").local_name == "Mazovia"
