"""The addresses of the API, under /api/v1/. What must change for its users gets a new version, beside this one."""

from django.urls import include, path, re_path, register_converter
from django.views.generic import RedirectView

from api.base import Nothing
from api.views import (
    acts,
    documentation,
    following,
    joining,
    messages,
    people,
    readers,
    reading,
    reports,
    search,
    suggestions,
    tickets,
)


class ReferenceConverter:
    """A ticket's reference in an address, such as SU-2026-000042."""

    regex = "[A-Za-z]{1,8}-[0-9]{4}-[0-9]{6,9}"

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return value


register_converter(ReferenceConverter, "reference")

app_name = "api"

one_ticket = [
    path("events", tickets.History.as_view(), name="history"),
    path("messages", messages.Messages.as_view(), name="messages"),
    path("messages/<int:message_id>", messages.OneMessage.as_view(), name="message"),
    path("messages/<int:message_id>/raw", messages.RawMail.as_view(), name="message_raw"),
    path("messages/<int:message_id>/undo", messages.Undo.as_view(), name="undo"),
    path("messages/<int:message_id>/question", messages.WasQuestion.as_view(), name="was_question"),
    path("messages/<int:message_id>/report-phishing", reading.ReportPhishing.as_view(), name="phishing"),
    path("messages/<int:message_id>/translate", reading.Translate.as_view(), name="translate"),
    path("attachments", messages.Attachments.as_view(), name="files"),
    path("attachments/<int:attachment_id>", messages.OneAttachment.as_view(), name="file"),
    path("attachments/<int:attachment_id>/open", messages.OpenQuarantined.as_view(), name="open_quarantined"),
    path("reply", messages.Reply.as_view(), name="reply"),
    path("note", messages.Note.as_view(), name="note"),
    path("assign", acts.Assign.as_view(), name="assign"),
    path("status", acts.Status.as_view(), name="status"),
    path("priority", acts.Priority.as_view(), name="priority"),
    path("danger", acts.Danger.as_view(), name="danger"),
    path("topic", acts.Topic.as_view(), name="topic"),
    path("queue", acts.Queue.as_view(), name="queue"),
    path("kind", acts.Kind.as_view(), name="kind"),
    path("region", acts.Region.as_view(), name="region"),
    path("organisation", acts.Organisation.as_view(), name="organisation"),
    path("sort", acts.Sort.as_view(), name="sort"),
    path("suggestions", suggestions.Suggestions.as_view(), name="suggestions"),
    path("language", acts.Language.as_view(), name="language"),
    path("reply-language", acts.ReplyLanguage.as_view(), name="reply_language"),
    path("accepted-languages", acts.AcceptedLanguages.as_view(), name="accepted_languages"),
    path("sensitive", acts.Sensitive.as_view(), name="sensitive"),
    path("name-reader", readers.NameReader.as_view(), name="name_reader"),
    path("remove-reader", readers.RemoveReader.as_view(), name="remove_reader"),
    path("spam", acts.Spam.as_view(), name="spam"),
    path("not-spam", acts.Unspam.as_view(), name="unspam"),
    path("revoke-links", acts.RevokeLinks.as_view(), name="revoke_links"),
    path("tags", following.Tags.as_view(), name="tags"),
    path("follow", following.Follow.as_view(), name="follow"),
    path("unfollow", following.Unfollow.as_view(), name="unfollow"),
    path("snooze", following.Snooze.as_view(), name="snooze"),
    path("unsnooze", following.Unsnooze.as_view(), name="unsnooze"),
    path("call", following.Call.as_view(), name="call"),
    path("verify-call", reading.VerifyCall.as_view(), name="verify_call"),
    path("withdraw-call", reading.WithdrawCall.as_view(), name="withdraw_call"),
    path("extend", following.Extend.as_view(), name="extend"),
    path("official", following.Official.as_view(), name="official"),
    path("merge", joining.Merge.as_view(), name="merge"),
    path("unmerge", joining.Unmerge.as_view(), name="unmerge"),
    path("messages/<int:message_id>/split", joining.Split.as_view(), name="split"),
    path("link", joining.Link.as_view(), name="link"),
    path("unlink", joining.Unlink.as_view(), name="unlink"),
    path("confirm-link", joining.ConfirmLink.as_view(), name="confirm_link"),
    path("reject-link", joining.RejectLink.as_view(), name="reject_link"),
]

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="api:docs"), name="root"),
    path("tickets", tickets.Tickets.as_view(), name="tickets"),
    path("tickets/<reference:reference>", tickets.OneTicket.as_view(), name="ticket"),
    path("tickets/<reference:reference>/", include(one_ticket)),
    path("calls", tickets.Calls.as_view(), name="calls"),
    path("search", search.Search.as_view(), name="search"),
    path("requesters", people.Requesters.as_view(), name="requesters"),
    path("requesters/<int:requester_id>", people.OneRequester.as_view(), name="requester"),
    path("organisations", people.Organisations.as_view(), name="organisations"),
    path("organisations/<int:organisation_id>", people.OneOrganisation.as_view(), name="organisation"),
    path("queues", people.Queues.as_view(), name="queues"),
    path("contacts", people.Contacts.as_view(), name="contacts"),
    path("templates", people.Templates.as_view(), name="templates"),
    path("topics", people.Topics.as_view(), name="topics"),
    path("colleagues", people.Colleagues.as_view(), name="colleagues"),
    path("rules", people.Rules.as_view(), name="rules"),
    path("reports/now", reports.Now.as_view(), name="report_now"),
    path("reports/response-times", reports.ResponseTimes.as_view(), name="report_response_times"),
    path("reports/flow", reports.FlowReport.as_view(), name="report_flow"),
    path("reports/compliance", reports.ComplianceReport.as_view(), name="report_compliance"),
    path("reports/compliance/deadlines", reports.Deadlines.as_view(), name="report_deadlines"),
    path("docs", documentation.docs, name="docs"),
    path("openapi.json", documentation.openapi, name="openapi"),
    re_path(r"^(?P<anything>[\s\S]*)$", Nothing.as_view(), name="nothing"),
]
