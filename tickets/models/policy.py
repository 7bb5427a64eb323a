"""What the house must do by when, as rules that can be edited; and the deadlines that follow from them."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tickets.models.calendar import CalendarVersion
from tickets.models.people import User
from tickets.models.ticket import Queue, Ticket, Topic


class Duty(models.TextChoices):
    """What is to be done by a deadline. Each ends by its own act alone."""

    ACKNOWLEDGE = "acknowledge", pgettext_lazy("duty", "acknowledgement")
    OFFICIAL = "official", pgettext_lazy("duty", "official in charge named")
    REPLY = "reply", pgettext_lazy("duty", "reply")
    FINAL = "final", pgettext_lazy("duty", "reply at the outside")


class PeriodUnit(models.TextChoices):
    """Units of Regulation (EEC, Euratom) No 1182/71, as `regulation.Unit` counts them."""

    WORKING_DAYS = "working_days", pgettext_lazy("unit of a period", "working days")
    DAYS = "days", pgettext_lazy("unit of a period", "days")
    WEEKS = "weeks", pgettext_lazy("unit of a period", "weeks")
    MONTHS = "months", pgettext_lazy("unit of a period", "months")


class Policy(models.Model):
    """By when one duty is to be done, for the tickets that the conditions fit; an empty condition fits all.

    Of the active policies of a duty the first that fits holds, by `position`. A `count` of 0 means at once. The
    extension is what may be added once with notice and reasons; 0 where the law allows none.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    duty = models.CharField(_("duty"), max_length=11, choices=Duty.choices)
    count = models.PositiveSmallIntegerField(_("period"), help_text=_("0: at once."))
    unit = models.CharField(_("unit"), max_length=12, choices=PeriodUnit.choices, default=PeriodUnit.WORKING_DAYS)
    extension_count = models.PositiveSmallIntegerField(
        _("extension"), default=0, help_text=_("What may be added once, with notice and reasons.")
    )
    extension_unit = models.CharField(
        _("unit of the extension"), max_length=12, choices=PeriodUnit.choices, default=PeriodUnit.WORKING_DAYS
    )
    source = models.CharField(_("source of the rule"), max_length=300, blank=True)
    queue = models.ForeignKey(Queue, models.PROTECT, verbose_name=_("queue"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Ticket.Kind.choices, blank=True)
    topic = models.ForeignKey(Topic, models.PROTECT, verbose_name=_("topic"), null=True, blank=True)
    priority = models.PositiveSmallIntegerField(
        _("priority from"), choices=Ticket.Priority.choices, null=True, blank=True
    )
    danger_to_life = models.BooleanField(_("only with danger to life"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=100, help_text=_("The first that fits holds."))
    active = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ["duty", "position", "id"]

    def __str__(self) -> str:
        return self.local_name

    @property
    def local_name(self) -> str:
        """The name in the language of the page, where the catalogues know it."""
        return _told(self.name)

    @property
    def local_source(self) -> str:
        """The source of the rule, likewise."""
        return _told(self.source)


class TicketDeadline(models.Model):
    """One deadline of a ticket, kept for good: what was due when, by which rule, and what became of it.

    `due_on` is the last day, in the calendar's own zone; `due_at` the instant after it, so what happens before is in
    time. `told_on` is the date that the partner was told, which no change of rules moves. One that was extended ends as
    such, and the next one's `extends` points back; one that a change of rules recomputed ends as replaced.
    """

    class End(models.TextChoices):
        OPEN = "", pgettext_lazy("end of a deadline", "open")
        DONE = "done", pgettext_lazy("end of a deadline", "done")
        EXTENDED = "extended", pgettext_lazy("end of a deadline", "extended with notice")
        REPLACED = "replaced", pgettext_lazy("end of a deadline", "replaced after a change of rules")
        CLOSED = "closed", pgettext_lazy("end of a deadline", "closed without it")
        MERGED = "merged", pgettext_lazy("end of a deadline", "merged into another ticket")
        SPAM = "spam", pgettext_lazy("end of a deadline", "spam")

    class Stage(models.TextChoices):
        """How near a deadline is; each is told once. The ceiling is that of `Duty.FINAL`."""

        FAR = "", pgettext_lazy("how near a deadline is", "far")
        CEILING = "ceiling", pgettext_lazy("how near a deadline is", "the last date in law comes near")
        SOON = "soon", pgettext_lazy("how near a deadline is", "due soon")
        TODAY = "today", pgettext_lazy("how near a deadline is", "due today")
        OVERDUE = "overdue", pgettext_lazy("how near a deadline is", "overdue")
        ESCALATED = "escalated", pgettext_lazy("how near a deadline is", "overdue, and managers are told")

    # What never was owed, is owed elsewhere, or has a row that took its place.
    LEAVES = (End.REPLACED, End.MERGED, End.SPAM)

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="deadlines", verbose_name=_("ticket"))
    policy = models.ForeignKey(
        Policy, models.PROTECT, related_name="+", verbose_name=_("policy"), null=True, blank=True
    )
    duty = models.CharField(_("duty"), max_length=11, choices=Duty.choices)
    count = models.PositiveSmallIntegerField(
        _("period"), default=0, db_default=0, help_text=_("As the policy was then; 0: at once.")
    )
    unit = models.CharField(_("unit"), max_length=12, choices=PeriodUnit.choices, blank=True, default="", db_default="")
    started_at = models.DateTimeField(_("began"), help_text=_("The event from which the period runs."))
    due_on = models.DateField(_("due"), help_text=_("The last day, in the calendar’s own zone."))
    due_at = models.DateTimeField(_("expires"), help_text=_("The instant after the last day."))
    told_on = models.DateField(_("date told to the partner"), null=True, blank=True)
    calendar_version = models.ForeignKey(
        CalendarVersion, models.PROTECT, related_name="+", verbose_name=_("version of the calendar"), null=True,
        blank=True, db_index=False,
    )  # fmt: skip
    extends = models.OneToOneField(
        "self", models.CASCADE, related_name="extended_by", verbose_name=_("extends"), null=True, blank=True
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end = models.CharField(_("end"), max_length=8, choices=End.choices, blank=True, default=End.OPEN)
    done_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("done by"), null=True, blank=True, db_index=False
    )

    stage = models.CharField(
        _("told so far"), max_length=9, choices=Stage.choices, blank=True, default=Stage.FAR, db_default=""
    )
    look_at = models.DateTimeField(
        _("looked at next"), null=True, blank=True, default=timezone.now, db_default=Now(),
        help_text=_("When the next stage begins; empty when none is left to come."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        indexes = [
            models.Index(fields=["due_at", "id"], name="deadline_open", condition=Q(end="")),
            models.Index(fields=["due_at", "id"], name="deadline_by_due"),
            models.Index(fields=["started_at", "id"], name="deadline_by_start"),
            models.Index(
                fields=["look_at", "id"], name="deadline_to_look_at", condition=Q(end="", look_at__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "duty"], name="deadline_one_open_a_duty", condition=Q(end="")),
            models.CheckConstraint(
                name="deadline_ended_has_end",
                condition=Q(end="", ended_at__isnull=True) | (~Q(end="") & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(name="deadline_after_start", condition=Q(due_at__gt=F("started_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.duty} {self.due_on:%Y-%m-%d}"


class RulesChange(models.Model):
    """A change of a policy or of a calendar, by which the open deadlines are measured again, batch after batch.

    `data` says what of the policy changed, in codes and numbers. The work goes on behind `at_due` and `at_id`, the
    place that was reached in the order of the due dates. `moved` counts deadlines whose day changed, `told` those of
    them whose partner was told another date, which stays.
    """

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="+", verbose_name=_("policy"), null=True)
    calendar_version = models.ForeignKey(
        CalendarVersion, models.PROTECT, related_name="+", verbose_name=_("version of the calendar"), null=True
    )
    data = models.JSONField(_("details"), default=dict, blank=True)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("changed by"), null=True)
    changed_at = models.DateTimeField(_("changed"))
    total = models.PositiveIntegerField(_("open deadlines"), default=0)
    looked = models.PositiveIntegerField(_("looked at"), default=0)
    moved = models.PositiveIntegerField(_("moved"), default=0)
    told = models.PositiveIntegerField(_("told another date"), default=0)
    passes = models.PositiveSmallIntegerField(_("times gone through"), default=0)
    at_due = models.DateTimeField(_("reached"), null=True)
    at_id = models.BigIntegerField(_("reached deadline"), default=0)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("change of the rules")
        verbose_name_plural = _("changes of the rules")
        ordering = ["-changed_at", "-id"]
        indexes = [models.Index(fields=["id"], name="rules_change_to_do", condition=Q(finished_at__isnull=True))]

    def __str__(self) -> str:
        return str(self.pk)


def _told(words: str) -> str:
    """What ships is in the catalogues; what somebody wrote is told as it was written."""
    return gettext(words) if words else ""
