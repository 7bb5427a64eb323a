"""The administration of answers that are given often: a text a language, how it looks, and what is missing."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from tickets import placeholders
from tickets.admin_base import ForManagers, NamedRow
from tickets.models import ReplyTemplate, ReplyTemplateText
from tickets.permissions import may_administer

# What a preview puts into the places of a template.
EXAMPLE = {
    "name": "Olena Example",
    "organisation": "Example hromada",
    "reference": "SU-2026-000042",
    "subject": "Generators for the hospital",
    "topic": "Energy",
    "received": "23 November 2026",
    "answer_by": "14 December 2026",
    "item": "Diesel generators, 100 kW",
    "quantity": "2",
    "body": "U-LEAD with Europe",
}


class TextInline(admin.StackedInline):  # type: ignore[type-arg]
    """A template's texts, one a language, each with how it looks on a request."""

    model = ReplyTemplateText
    extra = 0
    max_num = len(settings.LANGUAGES)
    fields = ("language", "body", "preview")
    readonly_fields = ("preview",)

    @admin.display(description=_("on a request, for example"))
    def preview(self, text: ReplyTemplateText) -> str:
        """Filled with what a request may have; what is left in braces is left to the writer."""
        return format_html('<div class="preview">{}</div>', placeholders.fill(text.body, EXAMPLE) or "–")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may_administer(request.user, managers=True)

    has_change_permission = has_delete_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may_administer(request.user, managers=True)


class ReplyTemplateAdmin(ForManagers):
    """Answers that are given often. One that is no longer offered keeps its texts."""

    list_display = ("name", "topic", "nature", "position", "active", "languages_missing")
    list_editable = ("position", "active")
    list_filter = ("active", "nature", "topic")
    list_select_related = ("topic",)
    search_fields = ("name", "code", "texts__body")
    prepopulated_fields = {"code": ("name",)}
    inlines = (TextInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReplyTemplate]:
        """With the languages that each has a text in."""
        texts = ReplyTemplateText.objects.filter(template=OuterRef("pk")).values("language")
        rows: QuerySet[ReplyTemplate] = super().get_queryset(request)
        return rows.annotate(written=ArraySubquery(texts))

    @admin.display(description=_("places that are filled"))
    def places(self, template: ReplyTemplate) -> str:
        """What may stand in braces in the texts."""
        lines = ((f"{{{name}}}", words) for name, words in placeholders.PLACES.items())
        return format_html_join("", "<div><code>{}</code> {}</div>", lines)

    @admin.display(description=_("languages that are missing"))
    def languages_missing(self, template: ReplyTemplate) -> str:
        """Those of our mails in which it has no text yet."""
        written: list[str] = template.written  # type: ignore[attr-defined]
        return ", ".join(name for code, name in settings.LANGUAGES if code not in written) or "–"

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        """With names for screen readers."""
        return super().get_changelist_form(request, **{"form": NamedRow, **kwargs})

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        """The code of a new one is made of its name."""
        return {} if obj is not None else dict(self.prepopulated_fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """As for queues."""
        return ("code", "places") if obj is not None else ("places",)
