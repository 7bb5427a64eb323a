"""Who took which figures out of the house."""

from tickets.admin_base import ReadOnly


class ReportExportAdmin(ReadOnly):
    """The exports, newest first."""

    list_display = ("at", "user", "report", "form", "first", "last", "narrowed", "rows")
    list_filter = ("report", "form")
    list_select_related = ("user",)
    ordering = ("-at", "-id")
