"""The bodies that a request may be passed on to."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Contact(models.Model):
    """A body that is competent for requests of some kind, with its name in the languages of our mails."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name in English"), max_length=200)
    name_uk = models.CharField(_("name in Ukrainian"), max_length=200, blank=True)
    name_lv = models.CharField(_("name in Latvian"), max_length=200, blank=True)
    name_fr = models.CharField(_("name in French"), max_length=200, blank=True)
    address = models.EmailField(
        _("e-mail address"),
        blank=True,
        help_text=_("Requests can be forwarded there; without it the partner asks there."),
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    website = models.CharField(_("website"), max_length=200, blank=True)
    languages = ArrayField(
        models.CharField(max_length=2), verbose_name=_("languages it answers in"), default=list, blank=True
    )
    purpose = models.CharField(_("what for"), max_length=300, blank=True, help_text=_("For colleagues, in English."))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    active = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("competent body")
        verbose_name_plural = _("competent bodies")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name

    def name_in(self, language: str) -> str:
        """The name in a language of our mails, in English where that is missing."""
        own = getattr(self, f"name_{language}", "") if language in dict(settings.LANGUAGES) else ""
        return own or self.name
