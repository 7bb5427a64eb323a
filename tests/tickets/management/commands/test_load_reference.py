from datetime import date
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from tickets import placeholders
from tickets.models import (
    Calendar,
    CalendarOpening,
    CalendarVersion,
    Contact,
    Holiday,
    Hromada,
    Policy,
    Queue,
    Region,
    ReplyTemplate,
    ReplyTemplateText,
    Topic,
)
from tickets.reference import contacts, holidays, hromadas, policies, queues, regions, templates, topics

pytestmark = pytest.mark.django_db

CALENDARS = (Calendar, CalendarOpening, CalendarVersion, Holiday)
TABLES = (Queue, Topic, Region, Hromada, *CALENDARS, Policy, Contact, ReplyTemplate, ReplyTemplateText)


@pytest.fixture(autouse=True)
def _empty_tables() -> None:
    for table in (ReplyTemplate, Policy, Hromada, Region, Holiday, CalendarVersion, Calendar, Topic, Queue, Contact):
        table.objects.all().delete()


def load() -> str:
    output = StringIO()
    call_command("load_reference", stdout=output)
    return output.getvalue()


def contents() -> list[list[tuple[object, ...]]]:
    return [list(table.objects.order_by("pk").values_list()) for table in TABLES]


def test_everything_that_ships_is_in_the_tables() -> None:
    load()
    assert [table.objects.count() for table in TABLES] == [
        len(queues()),
        len(topics()),
        len(regions()),
        len(hromadas()),
        1,
        5,  # Monday to Friday
        1,
        len(holidays()),
        len(policies()),
        len(contacts()),
        len(templates()),
        len(templates()) * len(settings.LANGUAGES),
    ]
    okhtyrka = Hromada.objects.select_related("region").get(name="Okhtyrska")
    assert (okhtyrka.name_uk, okhtyrka.region.code, okhtyrka.region.country) == ("Охтирська", "UA-59", "UA")
    assert Queue.objects.get(code="complaints").restricted
    documents = Policy.objects.select_related("queue").get(code="access-to-documents")
    assert (documents.queue and documents.queue.code, documents.count, documents.extension_count) == (
        "access-to-documents",
        15,
        15,
    )
    assert [topic.code for topic in Topic.objects.all()] == [topic.code for topic in topics()]
    assert Holiday.objects.get(date=date(2026, 12, 24)).provisional


def test_loading_twice_changes_nothing_and_says_so() -> None:
    load()
    before = contents()
    assert load().splitlines() == [
        f"{name}: 0 added"
        for name in (
            "queues",
            "topics",
            "regions",
            "hromadas",
            "calendars",
            "opening hours",
            "holidays",
            "versions of calendars",
            "policies",
            "contacts",
            "templates",
            "texts of templates",
        )
    ]
    assert contents() == before


def test_what_a_person_edited_stays() -> None:
    load()
    Topic.objects.filter(code="energy").update(name="Power", active=False)
    Queue.objects.filter(code="general").update(name="Secretariat")
    Holiday.objects.filter(date=date(2026, 11, 2)).delete()
    Holiday.objects.create(date=date(2026, 12, 23), name="Extra day")
    Holiday.objects.filter(date=date(2026, 12, 24)).update(provisional=False)
    Policy.objects.filter(code="reply").update(count=10, active=False)
    ReplyTemplateText.objects.filter(template__code="holding", language="lv").delete()
    ReplyTemplateText.objects.filter(template__code="holding", language="en").update(body="Soon.")
    load()  # it keeps a version of what was edited past the administration
    before = contents()
    load()
    assert contents() == before


def test_rows_that_are_missing_are_added() -> None:
    load()
    Topic.objects.filter(code="other").delete()
    Hromada.objects.filter(name="Okhtyrska").delete()
    Holiday.objects.filter(date__year=2027).delete()
    assert load().splitlines()[1:8] == [
        "topics: 1 added",
        "regions: 0 added",
        "hromadas: 1 added",
        "calendars: 0 added",
        "opening hours: 0 added",
        "holidays: 16 added",
        "versions of calendars: 0 added",
    ]


def test_the_closing_days_of_another_calendar_are_no_reason_to_leave_a_year_out() -> None:
    Holiday.objects.create(calendar="ukraine", date=date(2026, 1, 1), name="New Year's Day")
    load()
    assert Holiday.objects.filter(calendar="eu-institutions").count() == len(holidays())


def test_the_texts_that_ship_have_the_same_places_in_every_language_and_none_that_is_unknown() -> None:
    for template in templates():
        places = {language: set(placeholders.left_in(body)) for language, body in template.texts}
        assert len({frozenset(each) for each in places.values()}) == 1, template.code
        assert not any(placeholders.unknown_in(body) for _language, body in template.texts)
    load()
    buses = ReplyTemplate.objects.select_related("topic", "contact").get(code="school-buses")
    assert (buses.topic and buses.topic.code, buses.contact and buses.contact.code) == (
        "vehicles-school-buses",
        "ucpm-national",
    )
