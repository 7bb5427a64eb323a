"""How long a partner waited, as rows that reports add up: one a wait, and one a ticket that was resolved.

The messages and events are the facts; these rows are what was read from them, kept by the acts as they happen and
rebuilt equal by `manage.py rebuild_cycles`, and by the worker after an update that reads the facts by other rules.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.models.calendar import CalendarVersion
from tickets.models.message import Message
from tickets.models.people import User
from tickets.models.ticket import Ticket


class Measured(models.Model):
    """Seconds between two instants, in calendar and in working time, and what of them was spent waiting for others.

    Whole seconds; null while the wait is open. Net time is the time less both pauses. Of an open wait the pauses are
    those that are over, and `paused_since` tells of one that lasts. The pauses are kept for the first response too,
    where the reports take nothing away. Working seconds are by `calendar_version`, the one that held when
    the wait ended (while it is open: when it began); null where no calendar is kept yet.
    """

    calendar_seconds = models.PositiveIntegerField(_("calendar seconds"), null=True, blank=True)
    working_seconds = models.PositiveIntegerField(_("working seconds"), null=True, blank=True)
    requester_pause = models.PositiveIntegerField(_("calendar seconds waiting for the partner"), default=0)
    requester_pause_working = models.PositiveIntegerField(_("working seconds waiting for the partner"), default=0)
    third_party_pause = models.PositiveIntegerField(_("calendar seconds waiting for a third party"), default=0)
    third_party_pause_working = models.PositiveIntegerField(_("working seconds waiting for a third party"), default=0)
    paused_since = models.DateTimeField(_("waiting for others since"), null=True, blank=True)
    calendar_version = models.ForeignKey(
        CalendarVersion, models.PROTECT, related_name="+", verbose_name=_("version of the calendar"), null=True,
        blank=True, db_index=False,
    )  # fmt: skip

    class Meta:
        abstract = True


class ReplyCycle(Measured):
    """One wait of a ticket's partner: from the oldest message without an answer to the answer, or to another end.

    A holding reply, a question back and automatic mail end none. `number` counts a ticket's cycles from 1; the first
    response is number 1, each later one a next response. An outbound-first ticket's cycles are next responses.
    """

    class Kind(models.TextChoices):
        FIRST = "first", pgettext_lazy("kind of wait", "first response")
        NEXT = "next", pgettext_lazy("kind of wait", "next response")

    class End(models.TextChoices):
        OPEN = "", pgettext_lazy("end of a wait", "still open")
        ANSWERED = "answered", pgettext_lazy("end of a wait", "answered")
        TRANSFERRED = "transferred", pgettext_lazy("end of a wait", "handed on")
        CLOSED = "closed", pgettext_lazy("end of a wait", "closed without an answer")
        MERGED = "merged", pgettext_lazy("end of a wait", "merged into another ticket")
        SPLIT = "split", pgettext_lazy("end of a wait", "split off")
        SPAM = "spam", pgettext_lazy("end of a wait", "spam")

    # What somebody gave the partner; and what never was one's waiting, or goes on elsewhere.
    ANSWERS = (End.ANSWERED, End.TRANSFERRED)
    LEAVES = (End.MERGED, End.SPLIT, End.SPAM)

    ticket = models.ForeignKey(
        Ticket, models.CASCADE, related_name="cycles", verbose_name=_("ticket"), db_index=False
    )  # the unique constraint serves it
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices)
    started_at = models.DateTimeField(_("began"), help_text=_("When the house could know of the message."))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, help_text=_("When the answer was handed over."))
    end = models.CharField(_("end"), max_length=11, choices=End.choices, blank=True, default=End.OPEN)
    answer = models.ForeignKey(
        Message, models.SET_NULL, related_name="+", verbose_name=_("answer"), null=True, blank=True
    )
    author = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("author of the answer"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("reply cycle")
        verbose_name_plural = _("reply cycles")
        indexes = [
            models.Index(fields=["started_at", "id"], name="cycle_by_start"),
            models.Index(fields=["ended_at"], name="cycle_by_end", condition=Q(ended_at__isnull=False)),
            models.Index(fields=["started_at"], name="cycle_open", condition=Q(end="")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "number"], name="cycle_number_unique"),
            models.UniqueConstraint(fields=["ticket"], name="cycle_one_open_a_ticket", condition=Q(end="")),
            models.CheckConstraint(
                name="cycle_ended_has_end",
                condition=Q(end="", ended_at__isnull=True) | (~Q(end="") & Q(ended_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.number}"


class Resolution(Measured):
    """When a ticket was solved or closed: first and last, and how often it was opened again; one row a ticket.

    The row is made at the first resolution, or at the first pause before it: then `first_at` is null still. `last_at`
    is null while the ticket is open again. The measured seconds run from `started_at` to `last_at`, `first_*` to
    `first_at`, which is never overwritten. Pauses: until the last, or until now.
    """

    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="resolution", verbose_name=_("ticket"))
    started_at = models.DateTimeField(_("began"), help_text=_("When the house could know of the request."))
    first_at = models.DateTimeField(_("first resolved"), null=True, blank=True)
    first_calendar_seconds = models.PositiveIntegerField(
        _("calendar seconds until first resolved"), null=True, blank=True
    )
    first_working_seconds = models.PositiveIntegerField(
        _("working seconds until first resolved"), null=True, blank=True
    )
    last_at = models.DateTimeField(_("last resolved"), null=True, blank=True)
    reopenings = models.PositiveSmallIntegerField(_("times opened again"), default=0)

    class Meta:
        verbose_name = _("resolution")
        verbose_name_plural = _("resolutions")
        indexes = [
            models.Index(fields=["started_at", "id"], name="resolution_by_start"),
            models.Index(fields=["last_at"], name="resolution_by_last", condition=Q(last_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.ticket_id)


class CyclesRead(models.Model):
    """How far the rows of all tickets have been read anew by rules of reading that are newer than they.

    `after` is the last ticket that was reached. Once it is finished, what the acts keep is enough.
    """

    rules = models.PositiveSmallIntegerField(_("rules"), unique=True)
    after = models.BigIntegerField(_("reached ticket"), default=0)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("reading of reply cycles")
        verbose_name_plural = _("readings of reply cycles")

    def __str__(self) -> str:
        return str(self.rules)
