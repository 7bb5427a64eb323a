"""The addresses of the desk. Those of a ticket begin with its reference, as `tickets.links.ticket_url` writes it."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path

from desk.views import account, answer, bulk, calls, find, following, joining, lists, promising, saved, ticket, triage

app_name = "desk"

one_ticket = [
    path("", ticket.ticket, name="ticket"),
    path("history/", ticket.events, name="history"),
    path("reply/", answer.reply, name="reply"),
    path("note/", answer.note, name="note"),
    path("assign/", triage.assign, name="assign"),
    path("status/", triage.status, name="status"),
    path("priority/", triage.priority, name="priority"),
    path("topic/", triage.topic, name="topic"),
    path("queue/", triage.queue, name="queue"),
    path("kind/", triage.kind, name="kind"),
    path("language/", triage.language, name="language"),
    path("reply-language/", triage.reply_language, name="reply_language"),
    path("accepted-languages/", triage.accepted_languages, name="accepted_languages"),
    path("spam/", triage.spam, name="spam"),
    path("not-spam/", triage.unspam, name="unspam"),
    path("sensitive/", triage.sensitive, name="sensitive"),
    path("revoke-links/", triage.revoke_links, name="revoke_links"),
    path("tags/", following.tags, name="tags"),
    path("follow/", following.follow, name="follow"),
    path("unfollow/", following.unfollow, name="unfollow"),
    path("snooze/", following.snooze, name="snooze"),
    path("unsnooze/", following.unsnooze, name="unsnooze"),
    path("call/", calls.log, name="call"),
    path("extend/", promising.extend, name="extend"),
    path("official/", promising.official, name="official"),
    path("merge/", joining.merge, name="merge"),
    path("unmerge/", joining.unmerge, name="unmerge"),
    path("link/", joining.link, name="link"),
    path("unlink/", joining.unlink, name="unlink"),
    path("confirm-link/", joining.confirm_link, name="confirm_link"),
    path("reject-link/", joining.reject_link, name="reject_link"),
    path("messages/<int:message_id>/split/", joining.split, name="split"),
    path("messages/<int:message_id>/undo/", answer.undo, name="undo"),
    path("messages/<int:message_id>/html/", ticket.message_html, name="message_html"),
    path("messages/<int:message_id>/text/", ticket.message_text, name="message_text"),
    path("messages/<int:message_id>/raw/", ticket.message_raw, name="message_raw"),
    path("files/<int:attachment_id>/", ticket.file, name="file"),
    path("files/<int:attachment_id>/open/", ticket.open_quarantined, name="open_quarantined"),
]

urlpatterns = [
    path("", lists.tickets, name="list"),
    path("new-call/", calls.new, name="new_call"),
    path("rows/", lists.rows, name="rows"),
    path("counts/", lists.counts, name="counts"),
    path("columns/", saved.columns, name="columns"),
    path("views/", saved.save, name="view_save"),
    path("views/<int:view_id>/", saved.change, name="view_change"),
    path("views/<int:view_id>/delete/", saved.delete, name="view_delete"),
    path("views/<int:view_id>/restore/", saved.restore, name="view_restore"),
    path("bulk/", bulk.bulk_act, name="bulk"),
    path("bulk/undo/", bulk.undo, name="bulk_undo"),
    path("find/", find.find, name="find"),
    path("login/", account.SignIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("profile/", account.profile, name="profile"),
    path("profile/password/", account.password, name="password"),
    path("tickets/<str:reference>/", include(one_ticket)),
]
