"""The outbox: one row for each mail that leaves, with its fate; and the addresses that are not written to."""

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import ClassVar

from django.db import models, transaction
from django.db.models import Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from notifications.filebackend import forget_file

SHORTEST_PROVIDER_ID = 16  # characters; a shorter one could be guessed


def address_key(address: str) -> str:
    """The hash under which an address is counted: an erased row keeps none, and an index needs no address."""
    return hashlib.sha256(address.strip().lower().encode()).hexdigest() if address.strip() else ""


def provider_ids(message_ids: Iterable[str]) -> dict[str, str]:
    """The ids that providers may have told us of mails with these Message-IDs (plain), each with its Message-ID.

    Some providers (Amazon SES, Postmark) put a Message-ID of their own in the place of ours; the id that they told us
    is its part before the at sign. It is as long and random as ours.
    """
    found: dict[str, str] = {}
    for plain in message_ids:
        local = plain.partition("@")[0]
        for each in (plain, f"<{plain}>", *([local] if len(local) >= SHORTEST_PROVIDER_ID else [])):
            found.setdefault(each, plain)
    return found


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    """The questions that the outbox is asked."""

    def due(self, now: datetime) -> "OutgoingMailQuerySet":
        """Mails that may be claimed: waiting and due, or left behind by a worker whose lease has ended."""
        waiting = Q(state=OutgoingMail.State.QUEUED, not_before__lte=now)
        return self.filter(waiting | Q(state=OutgoingMail.State.SENDING, lease_until__lte=now))

    def named(self, message_id: str) -> "OutgoingMailQuerySet":
        """The mail that bears this Message-ID, ours or the one that its provider gave it; brackets do no harm."""
        plain = message_id.strip().strip("<>")
        if not plain:
            return self.none()
        return self.filter(Q(message_id=plain) | Q(provider_id__in=provider_ids([plain])))

    def unsettled(self) -> "OutgoingMailQuerySet":
        """Mails whose result nobody has taken to its cause yet."""
        return self.filter(settled_at=None, state__in=OutgoingMail.FINAL)


class OutgoingMail(models.Model):
    """One mail. Its Message-ID is fixed before the first attempt to send, so a second attempt is the same mail."""

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("state of a mail", "waiting")
        SENDING = "sending", pgettext_lazy("state of a mail", "being sent")
        SENT = "sent", pgettext_lazy("state of a mail", "sent")
        FAILED = "failed", pgettext_lazy("state of a mail", "failed")
        CANCELLED = "cancelled", pgettext_lazy("state of a mail", "cancelled")
        SUPPRESSED = "suppressed", pgettext_lazy("state of a mail", "not sent, the address is dead")

    class Audience(models.TextChoices):
        PARTNER = "partner", pgettext_lazy("audience", "partner")
        STAFF = "staff", pgettext_lazy("audience", "staff")

    class Bounce(models.TextChoices):
        NONE = "", ""
        SOFT = "soft", pgettext_lazy("bounce", "came back for now")
        HARD = "hard", pgettext_lazy("bounce", "came back for good")
        LOST = "lost", pgettext_lazy("bounce", "given up, the address may be good")
        COMPLAINT = "complaint", pgettext_lazy("bounce", "reported as unwanted")

    NOT_ARRIVED: ClassVar = (Bounce.LOST, Bounce.HARD)
    FINAL: ClassVar = (State.SENT, State.FAILED, State.CANCELLED, State.SUPPRESSED)

    key = models.CharField(
        _("key"), max_length=200, help_text=_("Which occurrence of which cause asked for this mail.")
    )
    name = models.CharField(_("which mail"), max_length=40)
    message_id = models.CharField("Message-ID", max_length=255, help_text=_("Without angle brackets."))
    group = models.CharField(_("group"), max_length=64, blank=True, help_text=_("What is counted together, for caps."))
    audience = models.CharField(_("audience"), max_length=8, choices=Audience.choices)
    automatic = models.BooleanField(_("automatic"), help_text=_("No person wrote it."))
    language = models.CharField(_("language"), max_length=10)
    correlation = models.CharField(_("correlation"), max_length=64, blank=True)

    from_name = models.CharField(_("sender's name"), max_length=300, blank=True)
    reply_to = models.CharField(_("answers go to"), max_length=320, blank=True)
    envelope_sender = models.CharField(
        _("bounces go to"), max_length=320, blank=True, help_text=_("Empty: the null sender, nothing comes back.")
    )
    to = models.JSONField(_("to"), default=list, blank=True)
    cc = models.JSONField(_("copy to"), default=list, blank=True)
    recipient_key = models.CharField(_("hash of the first recipient"), max_length=64, blank=True)
    subject = models.CharField(_("subject"), max_length=1000, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("HTML"), blank=True)
    secret = models.CharField(
        _("secret"), max_length=500, blank=True, help_text=_("A link for the recipient alone; blanked once it is sent.")
    )
    in_reply_to = models.CharField("In-Reply-To", max_length=1000, blank=True)
    references = models.JSONField("References", default=list, blank=True)
    files = models.JSONField(_("files"), default=list, blank=True)

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    not_before = models.DateTimeField(_("not before"))
    lease_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    admitted_at = models.DateTimeField(_("passed the caps"), null=True, blank=True)
    capped_at = models.DateTimeField(_("first held back by a cap"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=40, blank=True)
    error_detail = models.TextField(_("error in the server's words"), blank=True)
    refused = models.JSONField(
        _("not sent to"),
        default=list,
        blank=True,
        db_default=Value([], models.JSONField()),
        help_text=_("Recipients that do not have it, though others do: refused by the server, or dead addresses."),
    )
    sent_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    provider_id = models.CharField(_("the provider's own id"), max_length=255, blank=True)
    bounced_at = models.DateTimeField(_("came back"), null=True, blank=True)
    bounce = models.CharField(_("bounce"), max_length=9, choices=Bounce.choices, blank=True)
    bounce_detail = models.TextField(_("bounce in the server's words"), blank=True)
    settled_at = models.DateTimeField(
        _("result taken"), null=True, blank=True, help_text=_("Empty again when a bounce comes in later.")
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        constraints = [
            models.UniqueConstraint(fields=["key"], name="mail_key_unique"),
            models.UniqueConstraint(fields=["message_id"], name="mail_message_id_unique"),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(lease_until__isnull=False), name="mail_sending_has_lease"
            ),
            models.CheckConstraint(condition=~Q(state="sent") | Q(sent_at__isnull=False), name="mail_sent_has_time"),
        ]
        indexes = [
            models.Index(fields=["not_before"], name="mail_due", condition=Q(state="queued")),
            models.Index(fields=["lease_until"], name="mail_left_behind", condition=Q(state="sending")),
            models.Index(
                fields=["id"],
                name="mail_unsettled",
                condition=Q(settled_at=None, state__in=["sent", "failed", "cancelled", "suppressed"]),
            ),
            # What is to be erased is found whether it left or not.
            models.Index(fields=["group"], name="mail_of_group", condition=~Q(group="")),
            models.Index(fields=["recipient_key"], name="mail_to_recipient", condition=~Q(recipient_key="")),
            models.Index(fields=["group", "admitted_at"], name="mail_by_group", condition=Q(admitted_at__isnull=False)),
            models.Index(
                fields=["recipient_key", "admitted_at"],
                name="mail_by_recipient",
                condition=Q(admitted_at__isnull=False),
            ),
            models.Index(fields=["admitted_at"], name="mail_by_admission", condition=Q(admitted_at__isnull=False)),
            models.Index(fields=["provider_id"], name="mail_by_provider_id", condition=~Q(provider_id="")),
            models.Index(
                fields=["recipient_key", "bounced_at"], name="mail_by_failure", condition=Q(bounce__in=("soft", "lost"))
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def addresses(self) -> list[str]:
        """All recipients, in lower case."""
        return [str(each["address"]).lower() for each in [*self.to, *self.cc]]

    def reached_partner(self) -> bool:
        """Whether any of those it was written to has it; a copy that arrived is not enough."""
        return any(each["address"].lower() not in self.refused for each in self.to) or not self.to

    def forget(self, addresses: Collection[str]) -> None:
        """Take these recipients (lower case) out, in the server's words too. A mail left without any is emptied."""
        to = [each for each in self.to if each["address"].lower() not in addresses]
        cc = [each for each in self.cc if each["address"].lower() not in addresses]
        if self.to and not to:
            self.erase()
            return
        OutgoingMail.objects.filter(pk=self.pk).update(
            to=to,
            cc=cc,
            recipient_key=address_key(to[0]["address"]) if to else "",
            refused=[each for each in self.refused if each not in addresses],
            error_detail="",
            bounce_detail="",
        )
        message_id = self.message_id
        transaction.on_commit(lambda: forget_file(message_id))
        self.refresh_from_db()

    def erase(self) -> None:
        """Empty every personal text and keep what happened. A mail that still waits is cancelled."""
        queued = OutgoingMail.objects.filter(pk=self.pk, state=self.State.QUEUED)
        with transaction.atomic():
            queued.update(state=self.State.CANCELLED, error="erased", cancelled_at=timezone.now())
            Suppression.objects.filter(mail=self).delete()
            OutgoingMail.objects.filter(pk=self.pk).update(
                to=[],
                cc=[],
                recipient_key="",
                reply_to="",
                subject="",
                text="",
                html="",
                secret="",
                in_reply_to="",
                references=[],
                files=[],
                refused=[],
                error_detail="",
                bounce_detail="",
            )
            message_id = self.message_id
            transaction.on_commit(lambda: forget_file(message_id))
        self.refresh_from_db()


class Suppression(models.Model):
    """An address that is not written to until `expires_at`, because mail to it came back."""

    class Reason(models.TextChoices):
        HARD = "hard", pgettext_lazy("suppression", "mail came back for good")
        SOFT = "soft", pgettext_lazy("suppression", "mail came back three times")
        COMPLAINT = "complaint", pgettext_lazy("suppression", "reported as unwanted")

    address = models.CharField(_("address"), max_length=320)
    reason = models.CharField(_("reason"), max_length=9, choices=Reason.choices)
    mail = models.ForeignKey(
        OutgoingMail, models.SET_NULL, verbose_name=_("mail that came back"), null=True, blank=True
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    expires_at = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        constraints = [models.UniqueConstraint(fields=["address"], name="suppression_address_unique")]

    def __str__(self) -> str:
        return str(self.pk)
