"""The outbox for administrators: what left, what waits and why, and what may still be done about it."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from notifications import outbox
from notifications.filebackend import sent_file
from notifications.models import OutgoingMail, Suppression


@admin.register(OutgoingMail)
class OutgoingMailAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs alone
    """Read-only but for two acts: sending again what failed, cancelling what waits.

    What a mail says is not shown: the outbox knows no ticket, so it cannot know who may read it.
    """

    list_display = ("id", "name", "audience", "state", "error", "bounce", "attempts", "not_before", "sent_at")
    list_filter = ("state", "bounce", "name", "audience", "automatic")
    search_fields = ("key", "message_id", "group")
    ordering = ("-id",)
    show_full_result_count = False
    actions = ("act_send_again", "act_cancel")
    exclude = ("subject", "text", "html", "secret", "recipient_key")

    @admin.display(description=_("file"))
    def sent_as_file(self, mail: OutgoingMail) -> str:
        """A link to the mail as it was written to the disk."""
        if sent_file(mail.message_id) is None:
            return "-"
        address = reverse("admin:notifications_outgoingmail_file", args=[mail.pk])
        return format_html('<a href="{}">{}</a>', address, gettext("Download as .eml"))

    @admin.action(description=_("Send again"), permissions=["send"])
    def act_send_again(self, request: HttpRequest, chosen: QuerySet[OutgoingMail]) -> None:
        """Queue failed and suppressed mails anew."""
        done = sum(outbox.send_again(mail.pk, now=timezone.now()) for mail in chosen)
        told = ngettext("%(count)d mail will be sent again.", "%(count)d mails will be sent again.", done)
        self._tell(request, told % {"count": done}, len(chosen) - done)

    @admin.action(description=_("Cancel"), permissions=["send"])
    def act_cancel(self, request: HttpRequest, chosen: QuerySet[OutgoingMail]) -> None:
        """Take back mails that wait."""
        done = sum(outbox.cancel(mail.pk, now=timezone.now()) for mail in chosen)
        told = ngettext("%(count)d mail is cancelled.", "%(count)d mails are cancelled.", done)
        self._tell(request, told % {"count": done}, len(chosen) - done)

    def get_readonly_fields(self, request: HttpRequest, obj: OutgoingMail | None = None) -> list[str]:
        """Every field: a mail is a fact."""
        hidden = {"id", *self.exclude}
        return [f.name for f in OutgoingMail._meta.fields if f.name not in hidden] + ["sent_as_file"]

    def get_urls(self) -> list[URLPattern]:
        """With the address of the file."""
        view = self.admin_site.admin_view(self.download)
        name = "notifications_outgoingmail_file"
        return [path("<int:mail_id>/file/", view, name=name), *super().get_urls()]

    def download(self, request: HttpRequest, mail_id: int) -> FileResponse:
        """The mail as it was written to the disk; always a download, never shown."""
        mail = get_object_or_404(OutgoingMail, pk=mail_id)
        file = sent_file(mail.message_id) if self.has_view_permission(request, mail) else None
        if file is None:
            raise Http404
        return FileResponse(
            file.open("rb"), as_attachment=True, filename=f"{mail.pk}.eml", content_type="application/octet-stream"
        )

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Who may send again and cancel."""
        return request.user.has_perm("notifications.change_outgoingmail")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: a mail needs a cause."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: OutgoingMail | None = None) -> bool:
        """Nobody: a mail is a fact."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: OutgoingMail | None = None) -> bool:
        """Nobody: erasing a person empties the mail and keeps the row."""
        return False

    def _tell(self, request: HttpRequest, told: str, left: int) -> None:
        self.message_user(request, told, messages.SUCCESS)
        if left:
            not_done = ngettext(
                "%(count)d mail is in a state that does not allow it.",
                "%(count)d mails are in a state that does not allow it.",
                left,
            )
            self.message_user(request, not_done % {"count": left}, messages.WARNING)


@admin.register(Suppression)
class SuppressionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Addresses that are not written to. Deleting a row makes the address one that is written to again."""

    list_display = ("address", "reason", "created_at", "expires_at")
    list_filter = ("reason",)
    search_fields = ("address",)
    ordering = ("-created_at",)
    fields = ("address", "reason", "mail", "created_at", "expires_at")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: only mail that came back suppresses an address."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Suppression | None = None) -> bool:
        """Nobody; a row is deleted or expires."""
        return False
