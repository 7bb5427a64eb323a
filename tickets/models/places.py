"""Where requests come from: ISO 3166-2 regions and, in Ukraine, hromadas by their KATOTTG code."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tickets import regions


class Region(models.Model):
    """A region by ISO 3166-2. For Ukraine the KATOTTG code stands beside it: their digits differ in five regions."""

    code = models.CharField(_("code"), max_length=6, unique=True, help_text=_("ISO 3166-2, such as UA-59"))
    country = models.CharField(_("country"), max_length=2)
    katottg = models.CharField("KATOTTG", max_length=19, blank=True)
    name = models.CharField(_("name in English"), max_length=100)
    name_uk = models.CharField(_("name in Ukrainian"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def local_name(self) -> str:
        """The name in the language of the page, in English where that is missing."""
        return regions.local_name(self.code, self.name, self.name_uk, get_language() or "en")


class Hromada(models.Model):
    """A territorial community of Ukraine."""

    katottg = models.CharField("KATOTTG", max_length=19, unique=True)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"), related_name="hromadas")
    raion = models.CharField(_("raion in English"), max_length=100, blank=True)
    raion_uk = models.CharField(_("raion in Ukrainian"), max_length=100, blank=True)
    name = models.CharField(_("name in English"), max_length=100)
    name_uk = models.CharField(_("name in Ukrainian"), max_length=100)

    class Meta:
        verbose_name = _("hromada")
        verbose_name_plural = _("hromadas")
        ordering = ["name_uk"]

    def __str__(self) -> str:
        return self.name
