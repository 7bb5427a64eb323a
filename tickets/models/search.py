"""The index of the search: for each ticket the words of all that is said on it."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext_lazy as _

from tickets.models.ticket import Ticket


class WordsField(SearchVectorField):  # type: ignore[type-arg]
    """A vector of words that were already made comparable, asked by `__matches` with a query made likewise."""


@WordsField.register_lookup
class Matches(models.Lookup):
    lookup_name = "matches"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        lhs, lhs_params = self.process_lhs(compiler, connection)
        return f"{lhs} @@ %s::tsquery", (*lhs_params, self.rhs)


class SearchDocument(models.Model):
    """The words of one ticket. `tickets.search.index` writes it; it can be made anew from the ticket at any time."""

    ticket = models.OneToOneField(
        Ticket, models.CASCADE, verbose_name=_("ticket"), related_name="document", primary_key=True
    )
    words = WordsField(_("words"))
    size = models.PositiveIntegerField(_("size"), help_text=_("About how many bytes the words take."))

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        indexes = [
            # Mail only adds to a list; a short one, because each search reads it.
            GinIndex(fields=["words"], name="search_words", fastupdate=True, gin_pending_list_limit=512),
        ]

    def __str__(self) -> str:
        return str(self.pk)
