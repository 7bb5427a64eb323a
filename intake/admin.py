"""Stored mails in the administration: read, follow, process again, download. Nothing here can be edited."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from intake import explaining, reprocessing
from intake.models import Mailbox, RawMail
from tickets.actions import access
from tickets.actions.record import Actor
from tickets.files import storage
from tickets.filetypes import UNKNOWN
from tickets.models import User
from tickets.permissions import Act, may, may_administer
from web.downloads import file_response

NOT_SHOWN = ("path", "request_path", "message", "key", "sent_to")


@admin.register(RawMail)
class RawMailAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("id", "received_at", "source", "state", "reason", "attempts", "size", "ticket")
    list_filter = ("state", "source", "reason")
    list_select_related = ("message__ticket",)
    date_hierarchy = "received_at"
    ordering = ("-id",)
    actions = ("reprocess",)
    show_full_result_count = False
    readonly_fields = ("ticket", "raw_file", "posted_body", "explanation")

    def get_fields(self, request: HttpRequest, obj: RawMail | None = None) -> Any:
        shown = [field.name for field in RawMail._meta.concrete_fields if field.name not in NOT_SHOWN]
        return [*shown, *self.readonly_fields]

    def get_urls(self) -> list[URLPattern]:
        download = self.admin_site.admin_view(self.download)
        request = self.admin_site.admin_view(self.download_request)
        return [
            path("<int:mail_id>/raw/", download, name="intake_rawmail_raw"),
            path("<int:mail_id>/request/", request, name="intake_rawmail_request"),
            *super().get_urls(),
        ]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _administrator(request.user)

    def has_view_permission(self, request: HttpRequest, obj: RawMail | None = None) -> bool:
        if not _administrator(request.user):
            return False
        return obj is None or obj.message is None or may(request.user, Act.VIEW, obj.message.ticket)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: RawMail | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: RawMail | None = None) -> bool:
        return False

    def has_reprocess_permission(self, request: HttpRequest) -> bool:
        return _administrator(request.user)

    @admin.action(description=_("Process failed or ignored mails again"), permissions=["reprocess"])
    def reprocess(self, request: HttpRequest, mails: QuerySet[RawMail]) -> None:
        number = reprocessing.again(mails)
        text = ngettext("%(number)d mail is processed again.", "%(number)d mails are processed again.", number)
        self.message_user(request, text % {"number": number}, messages.SUCCESS if number else messages.WARNING)

    @admin.display(description=_("ticket"))
    def ticket(self, mail: RawMail) -> str:
        return mail.message.ticket.reference if mail.message else "–"

    @admin.display(description=_("raw file"))
    def raw_file(self, mail: RawMail) -> str:
        if not mail.path:
            return "–"
        return format_html('<a href="{}">{}</a>', reverse("admin:intake_rawmail_raw", args=[mail.pk]), _("Download"))

    @admin.display(description=_("posted body"))
    def posted_body(self, mail: RawMail) -> str:
        if not mail.request_path:
            return "–"
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:intake_rawmail_request", args=[mail.pk]), _("Download")
        )

    @admin.display(description=_("how its ticket is found"))
    def explanation(self, mail: RawMail) -> str:
        if mail.state == RawMail.State.RECEIVED:
            # A mail that hangs its reader would hang the page.
            return str(_("The worker has not read this mail to its end yet."))
        lines = ((line,) for line in explaining.explain(mail))
        return format_html("<ol>{}</ol>", format_html_join("", "<li>{}</li>", lines))

    def download(self, request: HttpRequest, mail_id: int) -> HttpResponseBase:
        """The raw mail as a file, for those who may see its ticket."""
        return self._serve(request, mail_id, "path", name=f"mail-{mail_id}.eml", content_type="message/rfc822")

    def download_request(self, request: HttpRequest, mail_id: int) -> HttpResponseBase:
        """What a provider posted, as a file, for those who may see its ticket."""
        return self._serve(request, mail_id, "request_path", name=f"mail-{mail_id}-request.txt", content_type=UNKNOWN)

    def _serve(
        self, request: HttpRequest, mail_id: int, field: str, *, name: str, content_type: str
    ) -> HttpResponseBase:
        mail = RawMail.objects.select_related("message__ticket__queue").filter(pk=mail_id).first()
        path = getattr(mail, field, "")
        if mail is None or not self.has_view_permission(request, mail) or not path or not storage().exists(path):
            raise Http404
        if mail.message is not None and isinstance(request.user, User):
            access.view(actor=Actor.staff(request.user), ticket=mail.message.ticket, now=timezone.now())
        return file_response(storage().stream(path), name=name, content_type=content_type, no_store=True)


@admin.register(Mailbox)
class MailboxAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """How far each folder is read, and what is in the way."""

    list_display = ("name", "folder", "checked_at", "mail_at", "last_uid", "error")
    ordering = ("id",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _administrator(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Mailbox | None = None) -> bool:
        return _administrator(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Mailbox | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Mailbox | None = None) -> bool:
        return False


def _administrator(user: User | AnonymousUser) -> bool:
    return may_administer(user)
