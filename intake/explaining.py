"""Says in words what becomes of a mail, step by step, without doing it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from intake import incoming, loops, processing, sent, threads
from intake.attempts import MAX_DEATHS
from intake.models import RawMail
from intake.reading.mail import ParsedMail, read

STEPS = {
    "token": gettext_lazy("signed token in an address"),
    "notice": gettext_lazy("answer to a notice to staff"),
    "answered": gettext_lazy("In-Reply-To names a mail of ours"),
    "references": gettext_lazy("References names a mail of ours"),
    "earlier": gettext_lazy("In-Reply-To or References names another message"),
    "subject": gettext_lazy("reference in the subject"),
}
DOUBTS = {
    "staff-token": gettext_lazy("counts only from a colleague who may see the ticket"),
    "staff-notice": gettext_lazy("counts only from a colleague who may see the ticket"),
    "references-stranger": gettext_lazy("counts only from a participant"),
    "references-several": gettext_lazy("counts only where all references lead to one ticket"),
    "earlier-stranger": gettext_lazy("counts only from a participant"),
    "subject-stranger": gettext_lazy("counts only from a participant"),
}
GUARD = {
    "probe": gettext_lazy("it is the mail of a check of our own"),
    "not-ours": gettext_lazy("it was sent to no address of ours"),
    "own-mail": gettext_lazy("it bears a Message-ID that we gave"),
    "own-address": gettext_lazy("it comes from, or wants its answer at, an address of ours"),
    "backscatter": gettext_lazy("it is the bounce of a mail that we did not send"),
    "staff-automatic": gettext_lazy("it is an automatic mail of a colleague"),
    "null-sender": gettext_lazy("its envelope has the null sender, as machines use it"),
    "no-address": gettext_lazy("it has no address to answer to"),
    "no-reply": gettext_lazy("its address takes no answers"),
    "loop": gettext_lazy("it says that a robot wrote it"),
    "suppressed": gettext_lazy("its sender asks machines not to answer"),
    "list": gettext_lazy("it came through a mailing list"),
}

STEPS_OF_SENT = {
    **STEPS,
    "answered": gettext_lazy("In-Reply-To names a message of the ticket"),
    "references": gettext_lazy("References names a message of the ticket"),
}
SENT = {
    "own-mail": gettext_lazy("this helpdesk sent it"),
    "sent-automatic": gettext_lazy("a machine wrote it"),
    "sent-no-ticket": gettext_lazy("it names no ticket"),
    "sent-to-others": gettext_lazy("it goes to nobody who takes part in the ticket that it names"),
    "sent-several": gettext_lazy("it names several tickets"),
}


def explain(raw: RawMail) -> list[str]:
    """How the ticket of this mail is found and what the loop guard says, one line a step. Reads and writes nothing.

    It says what would happen now: what was decided when the mail came stands in its state. A mail that was erased, or
    at which reading died, is not opened.
    """
    if not raw.path:
        return [_("The mail was erased.")]
    if raw.deaths >= MAX_DEATHS:
        return [_("Reading this mail failed %(number)d times, so it is not read here.") % {"number": raw.deaths}]
    try:
        content = incoming.content_of(raw)
    except FileNotFoundError:
        return [_("The file of this mail is not there.")]
    mail = read(content)
    if raw.source == RawMail.Source.IMAP_SENT:
        return [_sent(raw, content, mail)]
    return list(_lines(mail, processing.plan(raw, content, mail)))


def _lines(mail: ParsedMail, plan: processing.Plan) -> Iterator[str]:
    if mail.defects:
        yield _("Repaired while reading: %(codes)s.") % {"codes": ", ".join(mail.defects)}
    if plan.known:
        yield _("The same message is here already, as message %(number)d.") % {"number": plan.known}
    yield _guard(plan.verdict)
    if mail.bounce:
        yield _("It reports that a mail came back (status %(status)s).") % {"status": mail.bounce.status or "?"}
    for step, name in STEPS.items():
        clues = [clue for clue in plan.place.clues if clue.step == step]
        for clue in clues:
            yield _clue(str(name), clue)
        if not clues:
            yield _("%(step)s: no.") % {"step": str(name)}
    yield _outcome(plan)


def _sent(raw: RawMail, content: bytes, mail: ParsedMail) -> str:
    """What a mail from the folder of sent mail is."""
    try:
        found = sent.look_at(raw, content, mail)
    except sent.TooEarly:
        return _("What it may answer is not processed yet.")
    if found.known:
        return _("The same message is here already, as message %(number)d.") % {"number": found.known}
    if found.ticket is None:
        return _("Nothing is made of it, because %(why)s.") % {"why": str(SENT[found.code])}
    step = {"step": str(STEPS_OF_SENT[found.found_by]), "reference": found.ticket.reference}
    return _("It is an answer of the house on %(reference)s (%(step)s).") % step


def _guard(verdict: loops.Verdict) -> str:
    why = {"why": str(GUARD.get(verdict.code, verdict.code))}
    if verdict.ignored:
        return _("Loop guard: ignored, because %(why)s.") % why
    if verdict.answerable:
        return _("Loop guard: may be answered by a machine.")
    return _("Loop guard: taken in, but no machine answers it (%(why)s).") % why


def _clue(name: str, clue: threads.Clue) -> str:
    values = {"step": name, "reference": clue.ticket.reference}
    if not clue.doubt:
        return _("%(step)s: %(reference)s.") % values
    return _("%(step)s: %(reference)s, but it %(doubt)s.") % {**values, "doubt": str(DOUBTS[clue.doubt])}


def _outcome(plan: processing.Plan) -> str:
    place = plan.place
    if plan.known or plan.verdict.ignored:
        return _("So: nothing is made of it.")
    if place.ticket is not None and place.author is not None:
        return _("So: a note on %(reference)s.") % {"reference": place.ticket.reference}
    if place.ticket is not None:
        return _("So: a message on %(reference)s.") % {"reference": place.ticket.reference}
    if place.suggestions:
        references = ", ".join(ticket.reference for ticket, _why in place.suggestions)
        return _("So: a new ticket that may belong to %(references)s.") % {"references": references}
    return _("So: a new ticket.")
