"""The ticket and what sorts it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.models.following import Tag
from tickets.models.naming import InLanguages
from tickets.models.people import Organisation, Requester, User
from tickets.models.places import Region


class LetterNumber(Func):
    """A letter's number as it compares: capitals, no spaces or marks, Cyrillic letters that look Latin as Latin."""

    template = (
        "upper(translate(regexp_replace(%(expressions)s, '[-[:space:]/.,_№#()]+', '', 'g'), "
        "'АВЕКМНОРСТУХІавекмнорстухі', 'ABEKMHOPCTYXIABEKMHOPCTYXI'))"
    )
    output_field = models.CharField()


class Queue(InLanguages):
    """A pile of work. A restricted one is seen by its members alone."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    restricted = models.BooleanField(_("restricted to its members"), default=False)
    members = models.ManyToManyField(User, verbose_name=_("members"), related_name="queues", blank=True)

    class Meta:
        verbose_name = _("queue")
        verbose_name_plural = _("queues")
        ordering = ["id"]


class Topic(InLanguages):
    """What a request is about."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    active = models.BooleanField(_("offered on the form"), default=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["position", "id"]


# What somebody has to do something about.
TO_DO = ("new", "open", "pending")
# What was promised for a day and is not answered yet; who waits for nothing has no `waiting_since`.
DUE = Q(answer_by__isnull=False, waiting_since__isnull=False, first_answered_at__isnull=True)


class Ticket(models.Model):
    """One request, from its arrival to its outcome. Only `tickets.actions` writes it."""

    class Status(models.TextChoices):
        NEW = "new", pgettext_lazy("status of a ticket", "new")
        OPEN = "open", pgettext_lazy("status of a ticket", "open")
        PENDING = "pending", pgettext_lazy("status of a ticket", "pending")
        SOLVED = "solved", pgettext_lazy("status of a ticket", "solved")
        CLOSED = "closed", pgettext_lazy("status of a ticket", "closed")
        MERGED = "merged", pgettext_lazy("status of a ticket", "merged")
        SPAM = "spam", pgettext_lazy("status of a ticket", "spam")

    class Kind(models.TextChoices):
        ENQUIRY = "enquiry", pgettext_lazy("kind of request", "Question")
        NEED = "need", pgettext_lazy("kind of request", "Need")
        OFFER = "offer", pgettext_lazy("kind of request", "Offer")

    class Priority(models.IntegerChoices):
        LOW = 1, pgettext_lazy("priority", "low")
        NORMAL = 2, pgettext_lazy("priority", "normal")
        HIGH = 3, pgettext_lazy("priority", "high")
        URGENT = 4, pgettext_lazy("priority", "urgent")

    class Channel(models.TextChoices):
        EMAIL = "email", pgettext_lazy("channel", "e-mail")
        WEB_FORM = "web_form", pgettext_lazy("channel", "web form")
        PHONE = "phone", pgettext_lazy("channel", "phone")
        API = "api", pgettext_lazy("channel", "API")
        IMPORT = "import", pgettext_lazy("channel", "import")

    class WaitingFor(models.TextChoices):
        REQUESTER = "requester", pgettext_lazy("waiting for", "the partner")
        THIRD_PARTY = "third_party", pgettext_lazy("waiting for", "a third party")

    class Outcome(models.TextChoices):
        ANSWERED = "answered", pgettext_lazy("outcome", "answered")
        TRANSFERRED = "transferred", pgettext_lazy("outcome", "transferred to the competent body")
        NO_REPLY_NEEDED = "no_reply_needed", pgettext_lazy("outcome", "no reply needed")
        WITHDRAWN = "withdrawn", pgettext_lazy("outcome", "withdrawn")
        DUPLICATE = "duplicate", pgettext_lazy("outcome", "duplicate")
        ABUSIVE = "abusive", pgettext_lazy("outcome", "abusive")

    reference = models.CharField(_("reference"), max_length=20, unique=True)
    subject = models.CharField(_("subject"), max_length=500, blank=True)
    letter_number = models.CharField(_("their letter number"), max_length=100, blank=True)
    letter_date = models.DateField(_("their letter's date"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.ENQUIRY)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.NEW)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.NORMAL)
    queue = models.ForeignKey(Queue, models.PROTECT, verbose_name=_("queue"))
    topic = models.ForeignKey(Topic, models.PROTECT, verbose_name=_("topic"), null=True, blank=True)
    language = models.CharField(_("language of the request"), max_length=2, blank=True)
    reply_language = models.CharField(_("language of the reply"), max_length=2, blank=True)
    accepted_languages = ArrayField(
        models.CharField(max_length=2), verbose_name=_("languages accepted"), default=list, blank=True
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    # The indexes of requester, organisation and assignee are those below that begin with them.
    requester = models.ForeignKey(
        Requester, models.PROTECT, verbose_name=_("requester"), related_name="tickets", null=True, blank=True,
        db_index=False,
    )  # fmt: skip
    participants = models.ManyToManyField(
        Requester, through="Participant", related_name="joined_tickets", verbose_name=_("participants")
    )
    readers = models.ManyToManyField(
        User,
        through="TicketReader",
        through_fields=("ticket", "user"),
        related_name="readings",
        verbose_name=_("named readers"),
    )
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, verbose_name=_("organisation"), null=True, blank=True, db_index=False
    )
    country = models.CharField(_("country"), max_length=2, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"), null=True, blank=True)
    assignee = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("assignee"), related_name="tickets", null=True, blank=True, db_index=False
    )
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), related_name="tickets", blank=True)
    snoozed_until = models.DateTimeField(
        _("put off until"), null=True, blank=True, help_text=_("Off the list of what is to do; the partner waits on.")
    )
    waiting_for = models.CharField(_("waiting for"), max_length=12, choices=WaitingFor.choices, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices, blank=True)
    outcome_reason = models.CharField(_("reason"), max_length=500, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, verbose_name=_("merged into"), null=True, blank=True)
    merged_at = models.DateTimeField(_("merged"), null=True, blank=True)
    carried_since = models.DateTimeField(
        _("waiting handed on"),
        null=True,
        blank=True,
        help_text=_("Since when the partner of a merged ticket waits; the ticket that took it in waits as long."),
    )
    sensitive = models.BooleanField(_("sensitive"), default=False)
    danger_to_life = models.BooleanField(_("danger to life"), default=False)
    may_share = models.BooleanField(_("may be shared with possible partners"), default=False)
    unreadable = models.BooleanField(_("unreadable mail"), default=False)
    received_at = models.DateTimeField(_("received"), help_text=_("When the house could know; starts the clock."))
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    answer_by = models.DateField(
        _("answer due"), null=True, blank=True, help_text=_("The last day, in Brussels, that the partner was told.")
    )
    answer_by_told_at = models.DateTimeField(
        _("answer due, told"), null=True, blank=True, help_text=_("When a reply moved the date; empty: the first one.")
    )
    official = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("official in charge"), related_name="+", null=True, blank=True,
        db_index=False, help_text=_("Whom the partner was told deals with the request."),
    )  # fmt: skip
    first_answered_at = models.DateTimeField(_("first answered"), null=True, blank=True)
    waiting_since = models.DateTimeField(
        _("waiting since"), null=True, blank=True, help_text=_("The oldest request without an answer.")
    )
    last_message_at = models.DateTimeField(_("last message"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    alerted_at = models.DateTimeField(
        _("danger told"), null=True, blank=True, editable=False, help_text=_("When colleagues were told of it at once.")
    )
    remind_at = models.DateTimeField(
        _("partner reminded next"), null=True, blank=True, editable=False,
        help_text=_("When to look whether our question has its answer; empty when nothing is to be done."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        indexes = [
            models.Index(F("received_at").desc(), F("id").desc(), name="ticket_newest"),
            models.Index(fields=["status", "-received_at", "-id"], name="ticket_by_status"),
            models.Index(fields=["assignee", "-received_at", "-id"], name="ticket_by_assignee"),
            models.Index(
                fields=["waiting_since", "id"], name="ticket_waiting", condition=Q(waiting_since__isnull=False)
            ),
            models.Index(fields=["requester", "-received_at"], name="ticket_by_requester"),
            models.Index(fields=["organisation", "-received_at"], name="ticket_by_organisation"),
            models.Index(F("received_at").desc(), F("id").desc(), name="ticket_to_do", condition=Q(status__in=TO_DO)),
            models.Index(
                F("kind"),
                F("received_at").desc(),
                F("id").desc(),
                name="ticket_to_do_by_kind",
                condition=Q(status__in=TO_DO),
            ),
            models.Index(
                F("received_at").desc(), F("id").desc(), name="ticket_unreadable", condition=Q(unreadable=True)
            ),
            models.Index(F("last_message_at").desc(), F("id").desc(), name="ticket_last_message"),
            models.Index(fields=["answer_by", "id"], name="ticket_due", condition=DUE),
            models.Index(
                F("priority").desc(),
                F("received_at"),
                F("id"),
                name="ticket_to_sort",
                condition=Q(status="new", snoozed_until__isnull=True),
            ),
            models.Index(
                LetterNumber("letter_number"),
                F("received_at").desc(),
                name="ticket_by_letter",
                condition=~Q(letter_number=""),
            ),
            models.Index(
                fields=["assignee"], name="ticket_load", condition=Q(status__in=TO_DO, assignee__isnull=False)
            ),
            models.Index(
                fields=["first_answered_at"], name="ticket_by_answer", condition=Q(first_answered_at__isnull=False)
            ),
            models.Index(fields=["snoozed_until"], name="ticket_snoozed", condition=Q(snoozed_until__isnull=False)),
            models.Index(
                F("received_at").desc(), F("id").desc(), name="ticket_put_off", condition=Q(snoozed_until__isnull=False)
            ),
            models.Index(
                fields=["received_at"],
                name="ticket_to_alert",
                condition=Q(danger_to_life=True, alerted_at__isnull=True, status__in=TO_DO),
            ),
            models.Index(fields=["remind_at"], name="ticket_to_remind", condition=Q(remind_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                name="ticket_closed_has_outcome",
                condition=~Q(status__in=["solved", "closed"]) | ~Q(outcome=""),
            ),
            models.CheckConstraint(
                name="ticket_merged_has_target",
                condition=Q(status="merged", merged_into__isnull=False) | ~Q(status="merged"),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def mail_language(self) -> str:
        """The language of our own words in a mail to the partner.

        That of the reply if we have it, else that of the request, else one that the partner accepts, else English.
        """
        ours = dict(settings.LANGUAGES)
        wanted = (self.reply_language, self.language, *self.accepted_languages)
        return next((code for code in wanted if code in ours), settings.LANGUAGE_CODE)

    @property
    def settled(self) -> bool:
        """Nobody has to do anything now."""
        return self.status not in TO_DO


class Participant(models.Model):
    """Somebody who takes part in a ticket. `marked` ones came by a valid reply address from an unknown address."""

    ticket = models.ForeignKey(Ticket, models.CASCADE)
    requester = models.ForeignKey(Requester, models.CASCADE)
    marked = models.BooleanField(_("joined from a new address"), default=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [models.UniqueConstraint(fields=["ticket", "requester"], name="participant_unique")]

    def __str__(self) -> str:
        return str(self.pk)


class TicketReader(models.Model):
    """Somebody named to read a ticket while it is sensitive, and by whom; nobody when the system did it."""

    ticket = models.ForeignKey(Ticket, models.CASCADE)
    user = models.ForeignKey(User, models.PROTECT, verbose_name=_("named reader"))
    named_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, verbose_name=_("named by"))
    named_at = models.DateTimeField(_("named"), default=timezone.now)

    class Meta:
        verbose_name = _("named reader")
        verbose_name_plural = _("named readers")
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="ticket_reader_unique")]

    def __str__(self) -> str:
        return str(self.pk)


class Need(models.Model):
    """What is asked for, so that it can be matched with an offer."""

    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="need", verbose_name=_("ticket"))
    item = models.CharField(_("what"), max_length=300)
    quantity = models.CharField(_("how many"), max_length=100, blank=True)
    needed_by = models.DateField(_("needed by"), null=True, blank=True)
    recipient = models.CharField(_("for whom"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")

    def __str__(self) -> str:
        return str(self.pk)


class TicketLink(models.Model):
    """Two tickets that belong together; `suggested` ones wait for a person to confirm."""

    class Kind(models.TextChoices):
        FOLLOWS = "follows", pgettext_lazy("link between tickets", "continues")
        SUGGESTED = "suggested", pgettext_lazy("link between tickets", "may belong to")
        RELATED = "related", pgettext_lazy("link between tickets", "is related to")

    source = models.ForeignKey(Ticket, models.CASCADE, related_name="links", verbose_name=_("ticket"))
    target = models.ForeignKey(Ticket, models.CASCADE, related_name="linked_from", verbose_name=_("other ticket"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = [
            models.UniqueConstraint(fields=["source", "target"], name="ticket_link_unique"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="ticket_link_not_to_itself"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class TrackingLink(models.Model):
    """A secret address of the tracking page: only its hash is kept; it expires and can be revoked."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="tracking_links", verbose_name=_("ticket"))
    token_hash = models.CharField(_("hash"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("tracking link")
        verbose_name_plural = _("tracking links")

    def __str__(self) -> str:
        return str(self.pk)
