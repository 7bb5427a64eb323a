"""A ticket on paper: who, what and when, and the whole conversation, plain; and why its answer is due on its day."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from desk import deadline, earlier, letters, queries
from desk import proof as proofs
from desk.access import StaffRequest, read, staff
from desk.choices import choices
from desk.letters import Letter
from tickets.models import Event

MOST = 500  # messages, and events: a book rather than a letter
PARTS = ("notes", "quotes", "history")  # what is printed on demand


@require_safe
@staff
def conversation(request: StaffRequest, reference: str) -> HttpResponse:
    """The conversation for printing, oldest first; notes, quoted text and history where they are asked for."""
    found = read(request, reference)
    known = choices(found, request.user)
    family = queries.family(found, request.sight)
    talk = letters.conversation(found, known, family, size=MOST)
    wanted = {part for part in PARTS if part in request.GET}
    shown = [each for each in talk.entries if isinstance(each, Letter)]
    events = Event.objects.filter(ticket=found).select_related("actor").order_by("-at", "-pk")[:MOST]
    context = {
        "ticket": found,
        "letters": [each for each in shown if "notes" in wanted or each.style != "note"],
        "left_out": talk.page.next is not None,
        "people": queries.people(found, timezone.now()),
        "waiting": deadline.waiting(found, now=timezone.now(), holidays=frozenset(found.closing_days)),  # type: ignore[attr-defined]
        "lines": [earlier.line(event, known) for event in events] if "history" in wanted else [],
        "wanted": wanted,
        "most": MOST,
        "now": timezone.now(),
    }
    return render(request, "desk/print.html", context)


@require_safe
@staff
def proof(request: StaffRequest, reference: str) -> HttpResponse:
    """Why each thing is due on its day, day by day, for printing."""
    found = read(request, reference)
    shown = [proofs.of(row, row.calendar_version) for row in proofs.deadlines_of(found)]
    context = {"ticket": found, "proofs": shown, "now": timezone.now()}
    return render(request, "desk/proof.html", context)
