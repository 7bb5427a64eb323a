"""The report mail: what is due is made of what each manager may see, in their language, and sent once."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from notifications import reports as mails
from notifications.models import OutgoingMail
from notifications.outbox import Address
from reports import panels, sentences
from reports.asking import Asked
from reports.figures import figures
from reports.occasions import MONTHLY, WEEKLY, Occasion, due
from reports.periods import DAY
from reports.queries import now as standing
from reports.queries.cohorts import FIRST
from reports.queries.compliance import VERDICTS, Compliance
from reports.queries.flow import Flow
from reports.queries.now import AGES, Standing
from reports.reading import Reading
from reports.views import compliance as compliance_page
from reports.views import flow as flow_page
from reports.views.now import age_words
from tickets.calendars import closing_days, version_at
from tickets.deadlines import CALENDAR
from tickets.models import User
from tickets.permissions import counted, get_reports
from tickets.search.terms import Query
from web import times

log = logging.getLogger(__name__)
_WANTED = {WEEKLY: "report_weekly", MONTHLY: "report_monthly"}


def send_due(now: datetime) -> int:
    """Send every report that is due and was not sent; returns how many. Twice does no more than once."""
    version = version_at(now, CALENDAR)
    sent = 0
    for occasion in due(now, closing_days(version) if version else frozenset()):
        people = get_reports().filter(created_at__lt=occasion.due_at, **{_WANTED[occasion.kind]: True}).order_by("pk")
        keys = {_key(occasion, person): person for person in people}
        there = set(OutgoingMail.objects.filter(key__in=list(keys)).values_list("key", flat=True))
        for key, person in keys.items():
            if key not in there:
                sent += _send(occasion, person, key, now)
    return sent


def make(occasion: Occasion, person: User, now: datetime) -> mails.Report:
    """The report for one person, in the active language."""
    known = counted(person)
    asked = Asked(occasion.period, "", Query())
    read = Reading(asked, known.tickets, (), known.own, known.scope, now)
    flow, deadlines = flow_page.made(read).value, compliance_page.made(read).value
    here = figures(read, "now", lambda: standing.standing(read.tickets, read.now)).value
    first = panels.made(panels.PANELS["first"], read).value.now
    places = {name: _link(name, asked) for name in ("now", "flow", "response", "compliance")}
    return mails.Report(
        title=_title(occasion),
        statements=[
            mails.Statement(_("First response"), sentences.waiting(FIRST, first, working=False), places["response"]),
            mails.Statement(pgettext("report", "Flow"), flow_page.sentence(flow), places["flow"]),
            mails.Statement(_("Deadlines"), compliance_page.sentence(deadlines), places["compliance"]),
            mails.Statement(_("How things stand now"), _stands(here), places["now"]),
        ],
        charts=list(_charts(flow, deadlines, here, places)),
        choose_link=settings.BASE_URL + reverse("reports:mails"),
    )


def _send(occasion: Occasion, person: User, key: str, now: datetime) -> bool:
    """Make and send one; False when it was sent meanwhile, or cannot be made: the next run tries it again."""
    to = Address(person.name, person.email)
    try:
        with translation.override(person.language):
            made = make(occasion, person, now)
        with transaction.atomic():
            mails.report(to=to, language=person.language, made=made, key=key)
    except IntegrityError:
        return False
    except Exception:
        # One report that cannot be made must not hold up the others.
        log.exception("a report could not be made", extra={"user": person.pk, "report": occasion.key})
        return False
    return True


def _title(occasion: Occasion) -> str:
    if occasion.kind == MONTHLY:
        return _("Helpdesk: %(month)s") % {"month": times.month(occasion.period.first)}
    return _("Helpdesk: %(days)s") % {"days": flow_page.period_words(occasion.period)}


def _stands(found: Standing) -> str:
    """What is open now, and what is promised for the days to come."""
    following = found.due_between(found.day, found.day + 6 * DAY)
    facts = {"open": found.all.open, "waiting": found.all.waiting, "overdue": found.all.overdue}
    is_open = _("%(open)s are open; %(waiting)s wait for our answer, %(overdue)s are overdue.") % facts
    if not following:
        return f"{is_open} {_('No answer is promised for the seven days from today.')}"
    promised = ngettext(
        "%(number)s answer is promised for the seven days from today.",
        "%(number)s answers are promised for the seven days from today.",
        following,
    )
    return f"{is_open} {promised % {'number': following}}"


def _charts(flow: Flow, deadlines: Compliance, here: Standing, places: Mapping[str, str]) -> Iterator[mails.Chart]:
    slices = list(_slices(flow))
    most = max((number for _name, numbers in slices for number in numbers), default=0)
    yield mails.Chart(
        pgettext("chart", "Came and resolved"),
        [pgettext("tickets", "came"), pgettext("tickets", "resolved")],
        [mails.Row(name, mails.bars(numbers, most)) for name, numbers in slices],
        places["flow"],
    )
    verdicts = [(str(words), deadlines.number(code)) for code, words in VERDICTS.items()]
    yield _one_column(_("What became of the deadlines"), _("deadlines"), verdicts, places["compliance"])
    ages = [(age_words(band), number) for band, number in zip(range(len(AGES)), here.ages, strict=True)]
    yield _one_column(_("How long partners wait for us now"), _("tickets"), ages, places["now"])


def _one_column(title: str, column: str, lines: Sequence[tuple[str, int]], link: str) -> mails.Chart:
    most = max((number for _name, number in lines), default=0)
    return mails.Chart(title, [column], [mails.Row(name, mails.bars([n], most)) for name, n in lines], link)


def _slices(flow: Flow) -> Iterator[tuple[str, list[int]]]:
    """The days of a week, or the weeks of a month: a mail is narrow and short."""
    if len(flow.slices) <= 7:
        for each in flow.slices:
            facts = {"weekday": formats.date_format(each.first, "l"), "date": times.day_of_month(each.first)}
            yield pgettext("a day of a chart", "%(weekday)s, %(date)s") % facts, [each.came, each.resolved]
        return
    for _week, days in groupby(flow.slices, key=lambda each: each.first - each.first.weekday() * DAY):
        week = list(days)
        ends = {"first": times.day_of_month(week[0].first), "last": times.day_of_month(week[-1].last)}
        yield _("%(first)s to %(last)s") % ends, [sum(each.came for each in week), sum(each.resolved for each in week)]


def _link(name: str, asked: Asked) -> str:
    address = "" if name == "now" else asked.address
    return f"{settings.BASE_URL}{reverse(f'reports:{name}')}{address}"


def _key(occasion: Occasion, person: User) -> str:
    return f"{occasion.key}:{person.pk}"
