"""What colleagues do to understand and to trust what they read: calls back, and translations by machine."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.models.message import Message
from tickets.models.people import User
from tickets.models.ticket import Ticket


class CallBack(models.Model):
    """A colleague called the sender back, by a number that the mail did not give, and they did write it.

    A ticket has at most one that holds; one that was withdrawn stays as history.
    """

    class How(models.TextChoices):
        OFFICIAL_SITE = "official_site", pgettext_lazy("source of a number", "the official website")
        REGISTER = "register", pgettext_lazy("source of a number", "a public register or directory")
        EARLIER = "earlier", pgettext_lazy("source of a number", "earlier work together")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="callbacks", verbose_name=_("ticket"))
    how = models.CharField(_("source of the number"), max_length=15, choices=How.choices)
    number = models.CharField(_("number called"), max_length=40, blank=True)
    called_at = models.DateTimeField(_("called"))
    called_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, verbose_name=_("called by"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("call back")
        verbose_name_plural = _("calls back")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=models.Q(withdrawn_at__isnull=True), name="callback_unique"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Translation(models.Model):
    """A message in another language, made by a machine for reading; and on its way there, the order for it.

    `due_at` is when something has to happen: the order is to be sent (again), or an answer is overdue.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("state of a translation", "waiting to be sent")
        SENT = "sent", pgettext_lazy("state of a translation", "being translated")
        DONE = "done", pgettext_lazy("state of a translation", "translated")
        FAILED = "failed", pgettext_lazy("state of a translation", "failed")

    message = models.ForeignKey(Message, models.CASCADE, related_name="translations", verbose_name=_("message"))
    language = models.CharField(_("into"), max_length=2)
    source = models.CharField(_("from"), max_length=2, blank=True)
    whole = models.BooleanField(_("with quoted text and signature"), default=False)
    engine = models.CharField(_("engine"), max_length=20)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.WAITING)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, verbose_name=_("asked for by"))
    asked_at = models.DateTimeField(_("asked for"))
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("error"), max_length=40, blank=True)
    text = models.TextField(_("text"), blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        constraints = [models.UniqueConstraint(fields=["message", "language"], name="translation_unique")]
        indexes = [
            models.Index(fields=["due_at"], name="translation_due", condition=models.Q(due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.pk)
