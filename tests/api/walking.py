"""Every operation of the API, from its own document, and a valid request for each."""

from typing import Any

from django.test import Client

from api.schema import document, operations
from tickets.models import Attachment, Message, Ticket, User

PERSON = {"name": "Ivan Example", "email": "ivan@hromada.example"}
CREATES: dict[str, dict[str, Any]] = {
    "tickets_open": {**PERSON, "subject": "A bus", "text": "We need a school bus.", "kind": "need", "topic": "energy"},
    "tickets_reply": {"text": "Two are on their way."},
    "tickets_note": {"text": "Called Riga."},
}
BODIES: dict[str, dict[str, Any]] = CREATES | {
    "calls_open": {"name": "Ivan Example", "subject": "A bus", "text": "They need a school bus."},
    "tickets_assign": {"assignee": None},
    "tickets_status": {"status": "pending"},
    "tickets_priority": {"priority": 3},
    "tickets_danger": {"danger_to_life": True},
    "tickets_topic": {"topic": "energy"},
    "tickets_queue": {"queue": "general"},
    "tickets_kind": {"kind": "offer"},
    "tickets_region": {"region": "UA-63"},
    "tickets_organisation": {"organisation": None},
    "tickets_language": {"language": "lv"},
    "tickets_reply_language": {"language": "fr"},
    "tickets_accepted_languages": {"languages": ["en", "uk"]},
    "tickets_sensitive": {"sensitive": False},
    "tickets_tags": {"tags": ["winter"]},
    "tickets_snooze": {"until": "2026-12-01T08:00:00Z"},
    "tickets_call": {"text": "They asked for news.", "outcome": "noted"},
    "tickets_verify_call": {"number": "+380 542 000 000", "how": "official_site"},
    "messages_translate": {"language": "fr"},
    "tickets_extend": {"answer_by": "2027-01-15", "reasons": "We ask two cities."},
}
NAME_A_READER = ("tickets_name_reader", "tickets_remove_reader")
# The acts on two tickets.
WITH_OTHER = ("merge", "link", "unlink", "confirm_link", "reject_link")
OPERATIONS = [(made["operationId"], method.upper(), path) for path, method, made in operations(document())]
_NAMES = {(method, path): name for name, method, path in OPERATIONS}


def address(path: str, ticket: Ticket) -> str:
    """Where an operation is for this ticket."""
    messages = Message.objects.filter(ticket=ticket)
    if path.endswith("/split"):
        message = messages.filter(kind="inbound").latest("pk").pk
    elif path.endswith("/undo"):
        message = messages.filter(kind="outbound").latest("pk").pk
    else:
        message = messages.exclude(raw_path="").get().pk
    name = "invoice.pdf.exe" if path.endswith("/open") else "plan.png"
    values = {
        "reference": ticket.reference,
        "message_id": message,
        "attachment_id": Attachment.objects.get(message__ticket=ticket, name=name).pk,
        "requester_id": ticket.requester_id,
        "organisation_id": ticket.organisation_id,
    }
    return path.format(**values)


def ask(client: Client, method: str, where: str, name: str = "") -> Any:
    """Ask an operation as a program would; a file is read to its end."""
    if method == "GET":
        answer = client.get(where, {"q": "generators"} if where.endswith("/search") else None)
    else:
        name = name or _name_of(where)
        body = (
            {"reader": User.objects.latest("pk").pk}
            if name in NAME_A_READER
            else BODIES.get(name) or _of_rows(name, where)
        )
        answer = client.post(where, body, content_type="application/json")
    if answer.streaming:
        b"".join(answer)
    return answer


def _of_rows(name: str, where: str) -> dict[str, Any]:
    """The body of an operation that names a row."""
    if name == "tickets_official":
        return {"official": User.objects.earliest("pk").pk}
    if name.removeprefix("tickets_") in WITH_OTHER:
        others = (each for each in Ticket.objects.order_by("pk") if f"/{each.reference}/" not in where)
        other = next(others, None)
        return {"other": other.reference if other else "SU-2026-999999"}
    return {}


def _name_of(where: str) -> str:
    """The operation of an address, by its last part."""
    return next(
        (
            name
            for (method, path), name in _NAMES.items()
            if method == "POST" and path.rpartition("/")[2] == where.rpartition("/")[2]
        ),
        "",
    )
