"""The rules that sort tickets, for managers: their order, each with what it does, tried before it is switched on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desk import notices, rule_words
from desk.access import StaffRequest, View, actor, staff
from desk.choices import choices_of_lists
from desk.rule_form import RuleForm
from desk.views.find import mistakes
from tickets import routing, trial
from tickets.actions import rules
from tickets.errors import IllegalMove
from tickets.models import RoutingRule, RuleChange
from tickets.permissions import may_administer
from tickets.search.judging import problems
from tickets.search.operators import OPERATORS
from tickets.search.query import parse

CHANGES = 20


@dataclass(frozen=True)
class Item:
    """One rule of the list. `tried`: it was tried as it is; `broken`: it no longer works."""

    rule: RoutingRule
    acts: Sequence[str]
    tried: bool
    broken: bool


def managers(view: View) -> View:
    """A page for managers. To others it does not exist."""

    @staff
    @wraps(view)
    def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_administer(request.user, managers=True):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@managers
def show(request: StaffRequest) -> HttpResponse:
    """All rules in their order."""
    known, rows = choices_of_lists(request.user), list(routing.rules())
    broken = routing.broken(rows)
    items = [
        Item(rule, rule_words.acts(rule, known), rule.tried == routing.meaning(rule), rule.pk in broken)
        for rule in rows
    ]
    return render(request, "desk/rules.html", {"items": items, "known": known, "current": "rules"})


@require_http_methods(["GET", "HEAD", "POST"])
@managers
def new(request: StaffRequest) -> HttpResponse:
    """Write a new rule."""
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@managers
def edit(request: StaffRequest, rule_id: int) -> HttpResponse:
    """One rule: to read, to change, and who did what to it."""
    return _edit(request, _rule(rule_id))


@require_POST
@managers
def try_it(request: StaffRequest, rule_id: int) -> HttpResponse:
    """Try the rule as it is; what it would have done stands on the next page."""
    return _do(
        request,
        lambda: rules.try_rule(actor=actor(request), rule_id=rule_id, now=timezone.now()),
        "desk:rule_trial",
        rule_id,
    )


@require_safe
@managers
def show_trial(request: StaffRequest, rule_id: int) -> HttpResponse:
    """What the rule would do to the last tickets as they stand. Rules touch only what every colleague may see."""
    rule, known = _rule(rule_id), choices_of_lists(request.user)
    if problems(parse(rule.query), now=timezone.now()):
        return redirect("desk:rule", rule.pk)
    found = trial.of(rule, now=timezone.now())
    context = {
        "rule": rule,
        "acts": rule_words.acts(rule, known),
        "trial": found,
        "lines": [rule_words.shown(line, known) for line in found.lines],
        "tried": rule.tried == routing.meaning(rule),
        "known": known,
        "current": "rules",
    }
    return render(request, "desk/trial.html", context)


@require_POST
@managers
def switch(request: StaffRequest, rule_id: int) -> HttpResponse:
    """Let the rule act (`on` is 1) or not."""
    act = rules.switch_on if request.POST.get("on") == "1" else rules.switch_off
    told = _("The rule is switched on.") if act is rules.switch_on else _("The rule is switched off.")
    return _do(request, lambda: act(actor=actor(request), rule_id=rule_id, now=timezone.now()), told=told, at=rule_id)


@require_POST
@managers
def move(request: StaffRequest, rule_id: int) -> HttpResponse:
    """Change places with the rule above (`up` is 1) or below."""
    up = request.POST.get("up") == "1"
    return _do(
        request,
        lambda: rules.move_rule(actor=actor(request), rule_id=rule_id, up=up, now=timezone.now()),
        at=rule_id,
    )


@require_POST
@managers
def delete(request: StaffRequest, rule_id: int) -> HttpResponse:
    """Switch the rule off and take it away."""
    undo = notices.Undo(reverse("desk:rule_restore", args=[rule_id]), {})
    return _do(
        request,
        lambda: rules.delete_rule(actor=actor(request), rule_id=rule_id, now=timezone.now()),
        told=_("The rule is deleted."),
        undo=undo,
    )


@require_POST
@managers
def restore(request: StaffRequest, rule_id: int) -> HttpResponse:
    """Bring a deleted rule back, switched off."""
    return _do(
        request,
        lambda: rules.restore_rule(actor=actor(request), rule_id=rule_id, now=timezone.now()),
        told=_("The rule is back, switched off."),
        at=rule_id,
    )


def _edit(request: StaffRequest, rule: RoutingRule | None) -> HttpResponse:
    known = choices_of_lists(request.user)
    form = RuleForm(request.POST if request.method == "POST" else None, known=known, rule=rule)
    if form.is_valid() and (kept := _keep(request, form, rule)):
        notices.done(
            request, _("The rule is saved. Try it before it acts.") if not kept.active else _("The rule is saved.")
        )
        return redirect("desk:rule", kept.pk)
    text = request.POST.get("query", "") if form.is_bound else rule.query if rule else ""
    query = parse(text)
    context = {
        "form": form,
        "rule": rule,
        "query_mistakes": mistakes(query.typed, problems(query, now=timezone.now())),
        "operators": OPERATORS.values(),
        "tried": rule is not None and rule.tried == routing.meaning(rule),
        "changes": list(_changes(rule)) if rule else [],
        "known": known,
        "current": "rules",
    }
    return render(request, "desk/rule.html", context, status=422 if form.errors else 200)


def _keep(request: StaffRequest, form: RuleForm, rule: RoutingRule | None) -> RoutingRule | None:
    """Write the rule; what is wrong with it is said at its field."""
    who, now = actor(request), timezone.now()
    try:
        if rule is None:
            return rules.make_rule(actor=who, wording=form.wording(), now=now)
        return rules.change_rule(actor=who, rule_id=rule.pk, wording=form.wording(), now=now)
    except IllegalMove as refused:
        field = {"search": "query", "tags": "tags", "name-missing": "name", "name-too-long": "name"}
        at_person = "assignee" if refused.code.startswith("assignee") else None
        form.add_error(field.get(refused.code, at_person), str(refused.message))
        return None


def _changes(rule: RoutingRule) -> Iterator[dict[str, Any]]:
    newest = RuleChange.objects.filter(rule=rule).select_related("actor").order_by("-at", "-pk")[:CHANGES]
    return ({"words": rule_words.change(each), "at": each.at} for each in newest)


def _rule(rule_id: int) -> RoutingRule:
    rule = routing.rules().filter(pk=rule_id).first()
    if rule is None:
        raise Http404
    return rule


def _do(
    request: StaffRequest,
    act: Callable[[], object],
    where: str = "desk:rules",
    *place: int,
    told: str | Promise = "",
    undo: notices.Undo | None = None,
    at: int | None = None,
) -> HttpResponseRedirect:
    """Do it and say so, on the page `where`, at the rule `at`; or say why not."""
    try:
        act()
    except IllegalMove as refused:
        notices.failed(request, refused.message)
        return redirect("desk:rules")
    if told:
        notices.done(request, told, undo)
    return HttpResponseRedirect(reverse(where, args=place) + (f"#rule-{at}" if at else ""))
