"""Who may open which address of the service; `tests/test_addresses.py` asks them all.

In the order of the visitors: outsider, agent, agent outside the queue of the ticket, manager, administrator.
"""

from api import urls as of_programs

VISITORS = ("outsider", "agent", "other agent", "manager", "administrator")
Expected = tuple[str, str, str, str, str]

# What comes of a visit. "door": led to the sign-in; "token": asked for a token, whoever is signed in; "no": refused, or
# as if it were not there; "yes": anything else.
EVERYBODY: Expected = ("yes", "yes", "yes", "yes", "yes")
NOBODY: Expected = ("no", "no", "no", "no", "no")
STAFF: Expected = ("door", "yes", "yes", "yes", "yes")
TICKET: Expected = ("door", "yes", "no", "yes", "no")
MANAGERS_OF_TICKET: Expected = ("door", "no", "no", "yes", "no")
ADMINISTRATORS: Expected = ("door", "no", "no", "no", "yes")
MANAGERS: Expected = ("door", "no", "no", "yes", "yes")
NO_STAFF: Expected = ("door", "no", "no", "no", "no")
AGENTS_OWN: Expected = ("door", "yes", "no", "no", "no")
PROGRAMS: Expected = ("token", "token", "token", "token", "token")

PUBLIC = {
    "/health/live": EVERYBODY,
    "/health/ready": EVERYBODY,
    "/health/jobs": EVERYBODY,
    "/metrics": NOBODY,  # from elsewhere, without the token
    "portal:root": EVERYBODY,
    "portal:robots": EVERYBODY,
    "portal:security": EVERYBODY,
    "portal:home": EVERYBODY,
    "portal:form": EVERYBODY,
    "portal:thanks": EVERYBODY,  # without a valid receipt it leads to the form
    "portal:upload": EVERYBODY,
    "portal:track": NOBODY,  # who has the secret link, and nobody while the ticket is sensitive
    "portal:file": NOBODY,
    "portal:new_link": EVERYBODY,
    "translations:delivered": NOBODY,  # who has the secret address of an order
    "portal:privacy": EVERYBODY,
    "portal:accessibility": EVERYBODY,
    r"^(?:[a-z]{2})?/track/(?P<token>[\w-]+)/$": NOBODY,
    r"^(?:[a-z]{2})?/privacy/$": EVERYBODY,
}
SIGN_IN = {
    "account_login": EVERYBODY,
    "account_logout": EVERYBODY,
    "desk:login": EVERYBODY,
    "desk:logout": EVERYBODY,
    "mfa_authenticate": EVERYBODY,
    "mfa_login_webauthn": EVERYBODY,
    "socialaccount_login_cancelled": EVERYBODY,
    "openid_connect_login": NOBODY,  # no provider is configured
    "openid_connect_callback": NOBODY,
}
DESK = {
    **dict.fromkeys(("desk:list", "desk:profile", "desk:password"), STAFF),
    **dict.fromkeys(("desk:sessions", "desk:end_session", "desk:end_other_sessions"), STAFF),
    **dict.fromkeys(("account_reauthenticate", "mfa_index", "mfa_list_webauthn", "mfa_activate_totp"), STAFF),
    **dict.fromkeys(("mfa_add_webauthn", "mfa_generate_recovery_codes", "mfa_reauthenticate"), STAFF),
    "mfa_reauthenticate_webauthn": STAFF,
    # The factor belongs to the agent; others have none to switch off, and no codes to see.
    **dict.fromkeys(("mfa_view_recovery_codes", "mfa_download_recovery_codes"), AGENTS_OWN),
    "mfa_deactivate_totp": AGENTS_OWN,
    # Asked for the password first; the factor is looked for after that.
    **dict.fromkeys(("mfa_edit_webauthn", "mfa_remove_webauthn"), STAFF),
    # Lists are everybody's; whose tickets stand in them, tests/desk/test_permissions.py asks.
    **dict.fromkeys(
        (f"desk:{name}" for name in ("rows", "counts", "columns", "view_save", "bulk", "bulk_undo")), STAFF
    ),
    # The view that is changed and deleted is the agent's, and shared; the one that is restored is nobody else's to see.
    **dict.fromkeys(("desk:view_change", "desk:view_delete"), ("door", "yes", "no", "yes", "yes")),
    "desk:view_restore": AGENTS_OWN,
    "desk:reminders": STAFF,
    **dict.fromkeys(("timetable", "timetable_switch"), MANAGERS),
    "tokens:list": STAFF,
    "tokens:revoke": AGENTS_OWN,
    "desk:find": TICKET,
    **dict.fromkeys((f"desk:{name}" for name in ("ticket", "history", "reply", "note", "assign", "status")), TICKET),
    **dict.fromkeys((f"desk:{name}" for name in ("priority", "danger", "topic", "queue", "kind", "language")), TICKET),
    **dict.fromkeys((f"desk:{name}" for name in ("reply_language", "accepted_languages", "spam", "unspam")), TICKET),
    **dict.fromkeys((f"desk:{name}" for name in ("sensitive", "name_reader", "remove_reader", "revoke_links")), TICKET),
    **dict.fromkeys((f"desk:{name}" for name in ("undo", "was_question", "message_html", "message_text")), TICKET),
    "desk:message_raw": TICKET,
    **dict.fromkeys((f"desk:{name}" for name in ("tags", "follow", "unfollow", "snooze", "unsnooze", "call")), TICKET),
    **dict.fromkeys((f"desk:{name}" for name in ("region", "organisation")), TICKET),
    **dict.fromkeys((f"desk:{name}" for name in ("sorting", "sorting_undo", "sorting_again")), STAFF),
    "desk:sorting_act": TICKET,
    **dict.fromkeys(
        (f"desk:{name}" for name in ("extend", "official", "split", "draft", "take_draft", "colleagues")), TICKET
    ),
    **dict.fromkeys((f"desk:{name}" for name in ("merge", "unmerge", "link", "unlink")), TICKET),
    **dict.fromkeys((f"desk:{name}" for name in ("confirm_link", "reject_link")), TICKET),
    **dict.fromkeys((f"desk:{name}" for name in ("verify_call", "withdraw_call", "phishing")), TICKET),
    **dict.fromkeys(
        (f"desk:{name}" for name in ("preview", "print", "proof", "translate", "translation", "message_headers")),
        TICKET,
    ),
    **dict.fromkeys((f"desk:{name}" for name in ("rules", "rule", "rule_new", "rule_try", "rule_trial")), MANAGERS),
    **dict.fromkeys((f"desk:rule_{name}" for name in ("switch", "move", "delete", "restore")), MANAGERS),
    "desk:absences": STAFF,
    "desk:reads": ("door", "yes", "no", "yes", "yes"),  # those of the agent
    # Those of the agent.
    **dict.fromkeys(("desk:absence_delete", "desk:absence_restore"), ("door", "yes", "no", "yes", "yes")),
    "desk:new_call": STAFF,
    "desk:file": TICKET,
    "desk:open_quarantined": MANAGERS_OF_TICKET,
}
REPORTS = {
    # What figures are made of, tests/reports asks: an agent's are of their own tickets.
    **dict.fromkeys(
        (f"reports:{name}" for name in ("now", "response", "how", "flow", "compliance", "deadlines")), STAFF
    ),
    **dict.fromkeys(("reports:export", "reports:mails"), MANAGERS),
    "reports:response_panel": STAFF,
}
# A session opens the documentation and no operation; what a token opens, tests/api/test_permissions.py asks.
API = {
    **dict.fromkeys((f"api:{each.name}" for each in of_programs.one_ticket), PROGRAMS),
    **dict.fromkeys((f"api:{name}" for name in ("tickets", "ticket", "requesters", "requester")), PROGRAMS),
    **dict.fromkeys((f"api:{name}" for name in ("organisations", "organisation", "queues", "topics")), PROGRAMS),
    **dict.fromkeys(
        (f"api:{name}" for name in ("colleagues", "contacts", "rules", "templates", "search", "calls")), PROGRAMS
    ),
    **dict.fromkeys((f"api:report_{name}" for name in ("now", "response_times", "flow")), PROGRAMS),
    **dict.fromkeys(("api:report_compliance", "api:report_deadlines"), PROGRAMS),
    "api:root": STAFF,
    "api:docs": STAFF,
    "api:openapi": ("token", "yes", "yes", "yes", "yes"),
    "api:nothing": NOBODY,
}
ADMIN_PAGES = {
    "admin/login/": ("door", "no", "no", "no", "no"),  # in is who needs no door
    "admin:login": ("door", "no", "no", "no", "no"),
    "admin:index": MANAGERS,
    "admin:logout": MANAGERS,
    "admin:password_change": MANAGERS,
    "admin:password_change_done": MANAGERS,
    "admin:autocomplete": ADMINISTRATORS,
    "admin:jsi18n": MANAGERS,
    "admin:view_on_site": NO_STAFF,  # nothing has such an address
    "admin:app_list": MANAGERS,
    "admin:auth_user_password_change": ADMINISTRATORS,
    "admin:intake_rawmail_raw": NO_STAFF,  # its file is not there; tests/intake/test_admin.py has one
    "admin:intake_rawmail_request": NO_STAFF,
    "admin:notifications_outgoingmail_file": NO_STAFF,
    "admin/(?P<url>.*)$": NO_STAFF,
}


def edited(model: str, who: Expected, *, add: Expected, delete: Expected = NO_STAFF) -> dict[str, Expected]:
    """The pages of a table in the administration."""
    pages = dict.fromkeys((f"admin:{model}_{page}" for page in ("changelist", "change", "history")), who)
    app, name = model.split("_")
    old = f"admin/{app}/{name}/<path:object_id>/"
    return {**pages, f"admin:{model}_add": add, f"admin:{model}_delete": delete, old: who}


ADMINISTRATION = {
    **ADMIN_PAGES,
    **edited("tickets_user", ADMINISTRATORS, add=ADMINISTRATORS),
    **edited("tickets_queue", ADMINISTRATORS, add=ADMINISTRATORS),
    **edited("tickets_topic", MANAGERS, add=MANAGERS),
    **edited("tickets_replytemplate", MANAGERS, add=MANAGERS),
    **edited("tickets_calendar", MANAGERS, add=MANAGERS),
    **edited("tickets_calendarversion", MANAGERS, add=NO_STAFF),
    **edited("tickets_holiday", MANAGERS, add=MANAGERS, delete=MANAGERS),
    **edited("tickets_contact", ADMINISTRATORS, add=ADMINISTRATORS),
    **edited("tickets_tag", ADMINISTRATORS, add=ADMINISTRATORS),
    **edited("tickets_region", ADMINISTRATORS, add=ADMINISTRATORS),
    **edited("tickets_hromada", ADMINISTRATORS, add=ADMINISTRATORS),
    **edited("tickets_organisation", ADMINISTRATORS, add=ADMINISTRATORS),
    **edited("tickets_requester", ADMINISTRATORS, add=NO_STAFF),
    **edited("tickets_alarm", ADMINISTRATORS, add=NO_STAFF),
    **edited("tickets_reportexport", ADMINISTRATORS, add=NO_STAFF),
    **edited("tickets_policy", ADMINISTRATORS, add=ADMINISTRATORS),
    **edited("tickets_ruleschange", ADMINISTRATORS, add=NO_STAFF),
    **edited("api_token", ADMINISTRATORS, add=NO_STAFF),
    **edited("intake_rawmail", ADMINISTRATORS, add=NO_STAFF),
    **edited("intake_mailbox", ADMINISTRATORS, add=NO_STAFF),
    **edited("notifications_outgoingmail", ADMINISTRATORS, add=NO_STAFF),
    **edited("notifications_suppression", ADMINISTRATORS, add=NO_STAFF, delete=ADMINISTRATORS),
    # Lists leave out what the administrator may not see; the ticket itself is not there for them.
    **edited("tickets_ticket", NO_STAFF, add=NO_STAFF) | {"admin:tickets_ticket_changelist": ADMINISTRATORS},
    **edited("tickets_message", NO_STAFF, add=NO_STAFF) | {"admin:tickets_message_changelist": ADMINISTRATORS},
    **edited("tickets_event", NO_STAFF, add=NO_STAFF) | {"admin:tickets_event_changelist": ADMINISTRATORS},
}
EXPECTED: dict[str, Expected] = {**PUBLIC, **SIGN_IN, **DESK, **REPORTS, **API, **ADMINISTRATION}
