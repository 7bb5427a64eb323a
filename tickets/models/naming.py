"""What has a name in each language of the house."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LOCAL_NAMES = ("uk", "lv", "fr")  # besides English, which is never missing


class InLanguages(models.Model):
    """A name in English, and in the other languages where somebody has written one."""

    name = models.CharField(_("name in English"), max_length=100)
    name_uk = models.CharField(_("name in Ukrainian"), max_length=100, blank=True, default="", db_default="")
    name_lv = models.CharField(_("name in Latvian"), max_length=100, blank=True, default="", db_default="")
    name_fr = models.CharField(_("name in French"), max_length=100, blank=True, default="", db_default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def local_name(self) -> str:
        """The name in the language of the page, in English where that is missing."""
        return getattr(self, f"name_{get_language()}", "") or self.name
