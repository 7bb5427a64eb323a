"""The history of a ticket: one row an act, never changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.models.message import Message
from tickets.models.people import User
from tickets.models.ticket import Ticket


class Event(models.Model):
    """Who did what to a ticket, when. `data` holds ids and codes, never personal text."""

    class ActorKind(models.TextChoices):
        USER = "user", pgettext_lazy("who acted", "a member of staff")
        REQUESTER = "requester", pgettext_lazy("who acted", "the partner")
        SYSTEM = "system", pgettext_lazy("who acted", "the system")

    class Verb(models.TextChoices):
        OPENED = "opened", pgettext_lazy("event", "opened")
        RECEIVED = "received", pgettext_lazy("event", "message received")
        ACKNOWLEDGED = "acknowledged", pgettext_lazy("event", "acknowledgement queued")
        NOT_ACKNOWLEDGED = "not_acknowledged", pgettext_lazy("event", "not acknowledged")
        REPLIED = "replied", pgettext_lazy("event", "reply written")
        REPLY_UNDONE = "reply_undone", pgettext_lazy("event", "reply undone")
        NOTED = "noted", pgettext_lazy("event", "note written")
        SENT = "sent", pgettext_lazy("event", "mail handed over")
        NOT_SENT = "not_sent", pgettext_lazy("event", "mail not delivered")
        QUESTION = "question", pgettext_lazy("event", "mail called a question")
        COMPLAINED = "complained", pgettext_lazy("event", "mail reported as unwanted")
        OFFICIAL = "official", pgettext_lazy("event", "official in charge named")
        EXTENDED = "extended", pgettext_lazy("event", "date of the answer moved")
        REMEASURED = "remeasured", pgettext_lazy("event", "deadline measured again")
        ASSIGNED = "assigned", pgettext_lazy("event", "assigned")
        STATUS = "status", pgettext_lazy("event", "status changed")
        PRIORITY = "priority", pgettext_lazy("event", "priority changed")
        DANGER = "danger", pgettext_lazy("event", "danger to life changed")
        TOPIC = "topic", pgettext_lazy("event", "topic changed")
        QUEUE = "queue", pgettext_lazy("event", "queue changed")
        KIND = "kind", pgettext_lazy("event", "kind changed")
        REGION = "region", pgettext_lazy("event", "region changed")
        ORGANISATION = "organisation", pgettext_lazy("event", "organisation changed")
        LANGUAGE = "language", pgettext_lazy("event", "language changed")
        REPLY_LANGUAGE = "reply_language", pgettext_lazy("event", "language of replies changed")
        ACCEPTED_LANGUAGES = "accepted_languages", pgettext_lazy("event", "accepted languages changed")
        TAGS = "tags", pgettext_lazy("event", "tags changed")
        FOLLOWED = "followed", pgettext_lazy("event", "followed")
        UNFOLLOWED = "unfollowed", pgettext_lazy("event", "not followed any more")
        ROUTED = "routed", pgettext_lazy("event", "sorted by a rule")
        SNOOZED = "snoozed", pgettext_lazy("event", "put off")
        WOKEN = "woken", pgettext_lazy("event", "back on the list")
        CALLED = "called", pgettext_lazy("event", "phone call written down")
        SENSITIVE = "sensitive", pgettext_lazy("event", "sensitivity changed")
        READER_NAMED = "reader_named", pgettext_lazy("event", "reader named")
        READER_REMOVED = "reader_removed", pgettext_lazy("event", "reader taken away")
        JOINED = "joined", pgettext_lazy("event", "participant joined")
        LINKED = "linked", pgettext_lazy("event", "linked")
        UNLINKED = "unlinked", pgettext_lazy("event", "link taken away")
        LINK_CONFIRMED = "link_confirmed", pgettext_lazy("event", "suggested link confirmed")
        LINK_REJECTED = "link_rejected", pgettext_lazy("event", "suggested link rejected")
        MERGED = "merged", pgettext_lazy("event", "merged into another ticket")
        TOOK_IN = "took_in", pgettext_lazy("event", "another ticket merged into it")
        UNMERGED = "unmerged", pgettext_lazy("event", "merge undone")
        GAVE_BACK = "gave_back", pgettext_lazy("event", "merged ticket given back")
        SPLIT = "split", pgettext_lazy("event", "message split off")
        TRACKING = "tracking", pgettext_lazy("event", "tracking link made")
        TRACKING_REVOKED = "tracking_revoked", pgettext_lazy("event", "tracking links revoked")
        ERASED = "erased", pgettext_lazy("event", "personal text erased")
        INFECTED = "infected", pgettext_lazy("event", "virus found in a file")
        UNSEALED = "unsealed", pgettext_lazy("event", "file in quarantine opened")
        VERIFIED = "verified", pgettext_lazy("event", "sender called back")
        UNVERIFIED = "unverified", pgettext_lazy("event", "call back withdrawn")
        PHISHING = "phishing", pgettext_lazy("event", "reported as phishing")
        TRANSLATION_ASKED = "translation_asked", pgettext_lazy("event", "translation asked for")
        DEADLINE = "deadline", pgettext_lazy("event", "deadline came nearer")
        ALERTED = "alerted", pgettext_lazy("event", "danger to life told")
        REMINDED = "reminded", pgettext_lazy("event", "partner reminded")
        CLOSING = "closing", pgettext_lazy("event", "end announced to the partner")
        VIEWED = "viewed", pgettext_lazy("event", "sensitive ticket read")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="events", verbose_name=_("ticket"))
    verb = models.CharField(_("what"), max_length=20, choices=Verb.choices)
    actor_kind = models.CharField(_("who"), max_length=10, choices=ActorKind.choices)
    actor = models.ForeignKey(User, models.PROTECT, verbose_name=_("member of staff"), null=True, blank=True)
    message = models.ForeignKey(Message, models.SET_NULL, verbose_name=_("message"), null=True, blank=True)
    data = models.JSONField(_("details"), default=dict, blank=True)
    occurrence = models.CharField(
        _("occurrence"), max_length=100, null=True, blank=True, help_text=_("Makes a timed act happen once.")
    )
    batch = models.UUIDField(
        _("batch"), null=True, blank=True, help_text=_("The same for what one act did to many tickets.")
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["ticket", "at", "id"], name="event_of_ticket"),
            models.Index(fields=["batch"], name="event_of_batch", condition=models.Q(batch__isnull=False)),
        ]
        constraints = [models.UniqueConstraint(fields=["occurrence"], name="event_occurrence_unique")]

    def __str__(self) -> str:
        return str(self.pk)
