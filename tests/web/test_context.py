from django.test import RequestFactory
from django.utils import translation
from pytest_django import Settings

from web.context import house


def test_every_page_knows_who_we_are_and_which_language_it_speaks(settings: Settings) -> None:
    settings.HOUSE_PHONE = "+32 2 000 00 00"
    with translation.override("lv"):
        found = house(RequestFactory().get("/lv/form"))
    assert (found["house_phone"], found["house_phone_link"]) == ("+32 2 000 00 00", "tel:+3220000000")
    assert (found["page_lang"], found["page_lang_name"]) == ("lv", "latviešu")
    assert [line.code for line in found["languages_other"]] == ["uk"]
