"""Rules that sort tickets by themselves, and the days on which colleagues are away."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.models.people import User
from tickets.models.ticket import Queue, Ticket, Topic


class RoutingRule(models.Model):
    """What the house does by itself to a ticket that a search means, when it is opened or when something happens to it.

    `query` is a text of the search language; an empty one means every ticket. `tried` is the hash of what was tried
    last (`tickets.routing.meaning`): a rule that says something else now has to be tried before it is switched on. A
    deleted one is kept out of sight: the history of tickets names it.
    """

    class Moment(models.TextChoices):
        CREATION = "creation", pgettext_lazy("when a rule acts", "When a ticket is opened")
        UPDATE = "update", pgettext_lazy("when a rule acts", "When the partner writes or a colleague changes something")

    name = models.CharField(_("name"), max_length=60)
    position = models.PositiveIntegerField(_("position"), default=0)
    active = models.BooleanField(_("switched on"), default=False)
    moment = models.CharField(_("when"), max_length=10, choices=Moment.choices, default=Moment.CREATION)
    query = models.CharField(_("search"), max_length=1000, blank=True)
    queue = models.ForeignKey(Queue, models.PROTECT, verbose_name=_("queue"), related_name="+", null=True, blank=True)
    topic = models.ForeignKey(Topic, models.PROTECT, verbose_name=_("topic"), related_name="+", null=True, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Ticket.Priority.choices, null=True, blank=True)
    assignee = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("assignee"), related_name="+", null=True, blank=True
    )
    by_language = models.BooleanField(
        _("assign by language"), default=False, help_text=_("To somebody who reads the language and is there.")
    )
    tags = ArrayField(models.CharField(max_length=50), verbose_name=_("tags"), default=list, blank=True)
    notify = models.ManyToManyField(User, verbose_name=_("whom to tell"), related_name="+", blank=True)
    overrules = models.BooleanField(
        _("also over a person’s choice"), default=False, help_text=_("Otherwise what a person chose stays.")
    )
    stops = models.BooleanField(_("the rules below are not asked then"), default=False)
    tried = models.CharField(_("hash of what was tried"), max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["moment", "position"], name="routing_rule_active", condition=Q(active=True))]
        constraints = [
            models.CheckConstraint(
                condition=~Q(by_language=True, assignee__isnull=False), name="routing_rule_one_way_to_assign"
            ),
            models.CheckConstraint(
                condition=Q(active=False) | Q(deleted_at__isnull=True), name="routing_rule_deleted_is_off"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RuleChange(models.Model):
    """Who did what to a rule, when. `data` holds codes and numbers."""

    class Verb(models.TextChoices):
        MADE = "made", pgettext_lazy("what was done to a rule", "made")
        CHANGED = "changed", pgettext_lazy("what was done to a rule", "changed")
        TRIED = "tried", pgettext_lazy("what was done to a rule", "tried")
        ON = "on", pgettext_lazy("what was done to a rule", "switched on")
        OFF = "off", pgettext_lazy("what was done to a rule", "switched off")
        MOVED = "moved", pgettext_lazy("what was done to a rule", "moved")
        DELETED = "deleted", pgettext_lazy("what was done to a rule", "deleted")
        RESTORED = "restored", pgettext_lazy("what was done to a rule", "brought back")

    rule = models.ForeignKey(RoutingRule, models.CASCADE, related_name="changes", verbose_name=_("rule"))
    verb = models.CharField(_("what"), max_length=10, choices=Verb.choices)
    actor = models.ForeignKey(User, models.PROTECT, verbose_name=_("member of staff"), related_name="+")
    data = models.JSONField(_("details"), default=dict, blank=True)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("change of a rule")
        verbose_name_plural = _("changes of rules")
        indexes = [models.Index(fields=["rule", "-at", "-id"], name="rule_change_newest")]

    def __str__(self) -> str:
        return str(self.pk)


class Absence(models.Model):
    """The days, Brussels', on which a colleague is away, the last one included, and who stands in."""

    user = models.ForeignKey(User, models.CASCADE, verbose_name=_("who"), related_name="absences")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    substitute = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("substitute"), related_name="+", null=True, blank=True
    )
    entered_by = models.ForeignKey(User, models.PROTECT, verbose_name=_("entered by"), related_name="+")
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)
    start_told_at = models.DateTimeField(_("substitute told of the start"), null=True, blank=True, editable=False)
    end_told_at = models.DateTimeField(_("told of the end"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        indexes = [
            models.Index(fields=["last_day", "first_day"], name="absence_by_day", condition=Q(deleted_at__isnull=True)),
            models.Index(
                fields=["last_day"],
                name="absence_to_end",
                condition=Q(start_told_at__isnull=False, end_told_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="absence_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(substitute__isnull=True) | ~Q(substitute=F("user")), name="absence_substitute_is_another"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
