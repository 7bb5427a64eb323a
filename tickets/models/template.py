"""Answers that are given often, one text a language."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets import placeholders
from tickets.models.contact import Contact
from tickets.models.message import Message
from tickets.models.naming import InLanguages
from tickets.models.ticket import Topic


class ReplyTemplate(InLanguages):
    """An answer that is given often, and what kind of answer it is."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    topic = models.ForeignKey(
        Topic,
        models.SET_NULL,
        verbose_name=_("topic"),
        null=True,
        blank=True,
        help_text=_("On tickets of this topic it stands at the top."),
    )
    nature = models.CharField(_("nature"), max_length=14, choices=Message.Nature.choices, blank=True)
    contact = models.ForeignKey(
        Contact,
        models.SET_NULL,
        verbose_name=_("passed on to"),
        null=True,
        blank=True,
        help_text=_("Of a transfer: the body that the request goes to."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    active = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("template of an answer")
        verbose_name_plural = _("templates of answers")
        ordering = ["position", "id"]


class ReplyTemplateText(models.Model):
    """A template in one language of our mails."""

    template = models.ForeignKey(ReplyTemplate, models.CASCADE, related_name="texts", verbose_name=_("template"))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    body = models.TextField(_("text"))

    class Meta:
        verbose_name = _("text of a template")
        verbose_name_plural = _("texts of templates")
        ordering = ["template", "language"]
        constraints = [models.UniqueConstraint(fields=["template", "language"], name="template_text_unique")]

    def __str__(self) -> str:
        return str(self.pk)

    def clean(self) -> None:
        """A place that nothing is ever put into would hold up each answer."""
        unknown = placeholders.unknown_in(self.body)
        if unknown:
            told = _("There is no place of this name: %(names)s. Those that there are: %(known)s.")
            known = " ".join(f"{{{name}}}" for name in placeholders.PLACES)
            raise ValidationError({"body": told % {"names": " ".join(unknown), "known": known}})
