"""Fill the tables of reference data; run at every start and after every update."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import models, transaction
from django.utils import timezone

from tickets import reference
from tickets.actions.calendars import keep_versions
from tickets.actions.record import SYSTEM
from tickets.deadlines import CALENDAR
from tickets.models import (
    Calendar,
    CalendarOpening,
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

COUNTRY = "UA"
# The hours of an office in Brussels, Monday to Friday; a default to be edited.
OPENS, CLOSES, OFFICE_DAYS = time(9), time(17, 30), range(5)


class Command(BaseCommand):
    help = (
        "Loads queues, topics, regions, hromadas, calendar, policies, contacts and templates of answers. Adds the rows "
        "that are missing and changes none that is there, so that what a person edited stays. Holidays come by whole "
        "years: a year that has any is left alone."
    )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        self._add("queues", Queue, _missing_queues())
        self._add("topics", Topic, _missing_topics())
        self._add("regions", Region, _missing_regions())
        self._add("hromadas", Hromada, missing_hromadas())
        known_calendar = Calendar.objects.filter(code=CALENDAR).exists()
        self._add("calendars", Calendar, [] if known_calendar else [Calendar(code=CALENDAR, name="EU institutions")])
        self._add("opening hours", CalendarOpening, [] if known_calendar else _office_hours())
        self._add("holidays", Holiday, _missing_holidays())
        kept = keep_versions(actor=SYSTEM, now=timezone.now())
        self.stdout.write(f"versions of calendars: {kept} added")
        self._add("policies", Policy, missing_policies())
        self._add("contacts", Contact, _missing_contacts())
        known = set(ReplyTemplate.objects.values_list("code", flat=True))
        self._add("templates", ReplyTemplate, _missing_templates(known))
        self._add("texts of templates", ReplyTemplateText, _missing_texts(known))

    def _add(self, name: str, table: type[models.Model], rows: Sequence[models.Model]) -> None:
        # Two services may start at the same moment: the later one's rows are passed over.
        table._default_manager.bulk_create(rows, ignore_conflicts=True)
        self.stdout.write(f"{name}: {len(rows)} added")


def _missing_queues() -> list[Queue]:
    known = set(Queue.objects.values_list("code", flat=True))
    return [Queue(**asdict(queue)) for queue in reference.queues() if queue.code not in known]


def _missing_topics() -> list[Topic]:
    known = set(Topic.objects.values_list("code", flat=True))
    return [
        Topic(
            code=topic.code,
            name=topic.name,
            name_uk=topic.name_uk,
            name_lv=topic.name_lv,
            name_fr=topic.name_fr,
            position=10 * number,  # leaves room for a topic between two
        )
        for number, topic in enumerate(reference.topics(), start=1)
        if topic.code not in known
    ]


def _missing_regions() -> list[Region]:
    known = set(Region.objects.values_list("code", flat=True))
    return [
        Region(code=region.code, country=COUNTRY, katottg=region.katottg, name=region.name, name_uk=region.name_uk)
        for region in reference.regions()
        if region.code not in known
    ]


def missing_hromadas() -> list[Hromada]:
    """Asked after the regions are in their table, to which the rows point."""
    known = set(Hromada.objects.values_list("katottg", flat=True))
    regions = dict(Region.objects.filter(country=COUNTRY).values_list("code", "pk"))
    return [
        Hromada(
            katottg=hromada.katottg,
            region_id=regions[hromada.region],
            raion=hromada.raion,
            raion_uk=hromada.raion_uk,
            name=hromada.name,
            name_uk=hromada.name_uk,
        )
        for hromada in reference.hromadas()
        if hromada.katottg not in known
    ]


def _office_hours() -> list[CalendarOpening]:
    """Of a calendar that was just added, unless another service was quicker."""
    calendar = Calendar.objects.select_for_update().get(code=CALENDAR)
    if calendar.openings.exists():
        return []
    return [CalendarOpening(calendar=calendar, weekday=day, start=OPENS, end=CLOSES) for day in OFFICE_DAYS]


def _missing_holidays() -> list[Holiday]:
    """Those of years without any: a day that a person took out of a year must not come back."""
    known = {day.year for day in Holiday.objects.filter(calendar=CALENDAR).values_list("date", flat=True)}
    return [
        Holiday(
            calendar=CALENDAR,
            date=holiday.date,
            name=holiday.name,
            source=holiday.source,
            provisional=holiday.provisional,
        )
        for holiday in reference.holidays()
        if holiday.date.year not in known
    ]


def missing_policies() -> list[Policy]:
    """Asked after the queues are in their table: one of a queue that is not there would hold for all."""
    known = set(Policy.objects.values_list("code", flat=True))
    queues = {"": None, **dict(Queue.objects.values_list("code", "pk"))}
    return [
        _policy(policy, queues[policy.queue])
        for policy in reference.policies()
        if policy.code not in known and policy.queue in queues
    ]


def _policy(shipped: reference.Policy, queue: int | None) -> Policy:
    facts = asdict(shipped)
    del facts["queue"]
    return Policy(queue_id=queue, **facts)


def _missing_contacts() -> list[Contact]:
    known = set(Contact.objects.values_list("code", flat=True))
    return [
        Contact(
            code=contact.code,
            name=contact.name,
            name_uk=contact.name_uk,
            name_lv=contact.name_lv,
            name_fr=contact.name_fr,
            address=contact.address,
            phone=contact.phone,
            website=contact.website,
            languages=list(contact.languages),
            purpose=contact.purpose,
            position=10 * number,
        )
        for number, contact in enumerate(reference.contacts(), start=1)
        if contact.code not in known
    ]


def _missing_templates(known: set[str]) -> list[ReplyTemplate]:
    topics = dict(Topic.objects.values_list("code", "pk"))
    contacts = dict(Contact.objects.values_list("code", "pk"))
    return [
        ReplyTemplate(
            code=template.code,
            name=template.name,
            name_uk=template.name_uk,
            name_lv=template.name_lv,
            name_fr=template.name_fr,
            topic_id=topics.get(template.topic),
            nature=template.nature,
            contact_id=contacts.get(template.contact),
            position=10 * number,
        )
        for number, template in enumerate(reference.templates(), start=1)
        if template.code not in known
    ]


def _missing_texts(known: set[str]) -> list[ReplyTemplateText]:
    """Those of templates that were just added: a text that a person took away must not come back."""
    templates = dict(ReplyTemplate.objects.exclude(code__in=known).values_list("code", "pk"))
    return [
        ReplyTemplateText(template_id=templates[template.code], language=language, body=body)
        for template in reference.templates()
        if template.code in templates
        for language, body in template.texts
    ]
