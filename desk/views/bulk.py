"""Acting on the tickets that are selected in a list: one act a post, with one way back."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from uuid import UUID

from django.core.cache import cache
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from desk import forms, notices
from desk.access import StaffRequest, actor, look, staff
from desk.views.joining import UNKNOWN, other_ticket
from desk.views.lists import Attempt, counts_key, list_page
from tickets.actions import bulk
from tickets.actions.bulk import Refusal, Result
from tickets.errors import IllegalMove
from tickets.models import Topic, User
from tickets.permissions import visible

MOST_NAMED = 5  # tickets that a notice names


@require_POST
@staff
def bulk_act(request: StaffRequest) -> HttpResponse:
    """Do to the selected tickets what the field of the button says, one of ACTS."""
    for name, act in ACTS.items():
        if name in request.POST:
            return act(request)
    return _refused(request, "status", _("Choose what to do with the tickets."))


@require_POST
@staff
def undo(request: StaffRequest) -> HttpResponse:
    """Take back what was done to many tickets as `batch`, where nothing else happened since."""
    try:
        batch = UUID(request.POST.get("batch", ""))
    except ValueError:
        raise Http404 from None
    result = bulk.undo(actor=actor(request), batch=batch, now=timezone.now())
    if result.changed:
        words = ngettext("%(number)s ticket is as before.", "%(number)s tickets are as before.", result.changed)
        notices.done(request, words % {"number": result.changed})
    elif not result.refused:
        notices.failed(request, _("There is nothing to take back."))
    _tell_refusals(request, result.refused)
    return _back(request)


def _assign(request: StaffRequest) -> HttpResponse:
    """Give the tickets to `assignee` (a number; empty for nobody)."""
    number = _number(request.POST.get("assignee", ""))
    person = get_object_or_404(User, pk=number) if number else None

    def told(count: int) -> str:
        if person is None:
            words = ngettext("%(number)s ticket is nobody’s now.", "%(number)s tickets are nobody’s now.", count)
        elif person == request.user:
            words = ngettext("%(number)s ticket is yours now.", "%(number)s tickets are yours now.", count)
        else:
            words = ngettext(
                "%(name)s has %(number)s more ticket now.", "%(name)s has %(number)s more tickets now.", count
            )
        return words % {"number": count, "name": person.name if person else ""}

    return _act(
        request,
        "assign",
        lambda numbers: bulk.assign(
            actor=actor(request),
            ticket_ids=numbers,
            assignee=person,
            correlation=request.correlation,
            now=timezone.now(),
        ),
        told,
    )


def _status(request: StaffRequest) -> HttpResponse:
    """Move the tickets to another `status`, or to `pending` for whom; an end needs an `outcome`, mostly a `reason`."""
    waiting_for = request.POST.get("pending", "")
    wanted = {"status": "pending", "waiting_for": waiting_for} if waiting_for else request.POST
    form = forms.StatusForm(wanted)
    if not form.is_valid():
        return _refused(request, "status", _("Choose a status from the list."))
    return _act(
        request,
        "status",
        lambda numbers: bulk.set_status(
            actor=actor(request), ticket_ids=numbers, now=timezone.now(), **form.cleaned_data
        ),
        _changed,
    )


def _topic(request: StaffRequest) -> HttpResponse:
    """Set the `topic` (a number; empty for none)."""
    number = _number(request.POST.get("topic", ""))
    chosen = get_object_or_404(Topic, pk=number) if number else None
    return _act(
        request,
        "topic",
        lambda numbers: bulk.set_topic(actor=actor(request), ticket_ids=numbers, topic=chosen, now=timezone.now()),
        _changed,
    )


def _tags(request: StaffRequest) -> HttpResponse:
    """Put `tags` on the tickets, with commas between them, beside those that they have."""
    names = request.POST.get("tags", "")[:2000].split(",")
    return _act(
        request,
        "tags",
        lambda numbers: bulk.add_tags(actor=actor(request), ticket_ids=numbers, names=names, now=timezone.now()),
        _changed,
    )


def _spam(request: StaffRequest) -> HttpResponse:
    """Put the tickets aside as spam."""

    def told(count: int) -> str:
        words = ngettext(
            "%(number)s ticket is put aside as spam. Nothing is deleted.",
            "%(number)s tickets are put aside as spam. Nothing is deleted.",
            count,
        )
        return words % {"number": count}

    return _act(
        request,
        "spam",
        lambda numbers: bulk.mark_spam(actor=actor(request), ticket_ids=numbers, now=timezone.now()),
        told,
    )


def _merge(request: StaffRequest) -> HttpResponse:
    """Merge the tickets into `other` (a reference; empty for the one of them that came first)."""
    look(request)
    other = other_ticket(request) if request.POST.get("other", "").strip() else None
    if other is None and request.POST.get("other", "").strip():
        return _refused(request, "merge", str(UNKNOWN))

    def told(count: int) -> str:
        words = ngettext("%(number)s ticket is merged.", "%(number)s tickets are merged into one.", count)
        return words % {"number": count}

    return _act(
        request,
        "merge",
        lambda numbers: bulk.merge(
            actor=actor(request), ticket_ids=numbers, into_id=other.pk if other else None, now=timezone.now()
        ),
        told,
    )


def _act(
    request: StaffRequest, where: str, act: Callable[[Sequence[int]], Result], told: Callable[[int], str]
) -> HttpResponse:
    """Do it to what is selected and may be seen, say what came of it, and show the list where it was."""
    wanted = [number for text in request.POST.getlist("ticket") if (number := _number(text))]
    numbers = list(visible(request.user).filter(pk__in=wanted[: bulk.MOST + 1]).values_list("pk", flat=True))
    try:
        result = act(numbers)
    except IllegalMove as move:
        return _refused(request, where, str(move.message))
    if result.changed:
        values = {"batch": str(result.batch), "place": request.POST.get("place", "")}
        notices.done(request, told(result.changed), notices.Undo(reverse("desk:bulk_undo"), values))
    elif not result.refused:
        notices.done(request, _("They were like that already."))
    if result.refused and not result.changed and len({str(each.message) for each in result.refused}) == 1:
        return _refused(request, where, str(result.refused[0].message))
    _tell_refusals(request, result.refused)
    return _back(request)


def _changed(count: int) -> str:
    return ngettext("%(number)s ticket is changed.", "%(number)s tickets are changed.", count) % {"number": count}


def _tell_refusals(request: StaffRequest, refusals: Sequence[Refusal]) -> None:
    """Which tickets were left as they are, by reason."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for each in refusals:
        by_reason[str(each.message)].append(each.reference)
    for reason, references in by_reason.items():
        names = ", ".join(references[:MOST_NAMED]) + (" …" if len(references) > MOST_NAMED else "")
        words = ngettext(
            "%(number)s ticket is left as it was (%(names)s): %(reason)s",
            "%(number)s tickets are left as they were (%(names)s): %(reason)s",
            len(references),
        )
        notices.failed(request, words % {"number": len(references), "names": names, "reason": reason})


def _refused(request: StaffRequest, where: str, problem: str) -> HttpResponse:
    """The list again, with what was selected and typed."""
    attempt = Attempt(where, problem, request.POST.dict(), frozenset(request.POST.getlist("ticket")))
    return list_page(request, QueryDict(request.POST.get("place", "")[:4000]), attempt)


def _back(request: StaffRequest) -> HttpResponse:
    """To the list where it was, whose counts have changed."""
    cache.delete(counts_key(request.user))
    place = QueryDict(request.POST.get("place", "")[:4000]).urlencode()
    return redirect(reverse("desk:list") + (f"?{place}" if place else ""))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


ACTS: dict[str, Callable[[StaffRequest], HttpResponse]] = {
    "assignee": _assign,
    "pending": _status,
    "status": _status,
    "topic": _topic,
    "spam": _spam,
    "tagged": _tags,
    "merge": _merge,
}
