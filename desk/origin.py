"""Where a mail comes from, in plain words: what our own mail server found by SPF, DKIM and DMARC.

It is information and blocks nothing. It speaks of domains, never of persons, and so nothing here says "verified".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from desk import words
from tickets.claims import Verdict, verdicts_of
from tickets.models import Message

SHOWN = 60  # characters of a domain

# In each sentence the domain is the subject or stands apart, so that no language has to decline it.
_FAILED_SPF = gettext_lazy("failed: %(domain)s does not allow the server that sent it")
_SILENT_SPF = gettext_lazy("no statement: %(domain)s does not say which servers may send for it")
_SILENT_DMARC = gettext_lazy("no statement: %(domain)s has no rules for mail in its name")
METHODS: dict[str, tuple[Promise | str, dict[str, Promise | str]]] = {
    "spf": (
        gettext_lazy("Server (SPF)"),
        {
            "pass": gettext_lazy("passed: %(domain)s allows the server that sent it"),
            "fail": _FAILED_SPF,
            "hardfail": _FAILED_SPF,
            "softfail": gettext_lazy("doubtful: %(domain)s probably does not allow the server that sent it"),
            "none": _SILENT_SPF,
            "neutral": _SILENT_SPF,
        },
    ),
    "dkim": (
        gettext_lazy("Signature (DKIM)"),
        {
            "pass": gettext_lazy("passed: %(domain)s signed it, and it was not changed since"),
            "fail": gettext_lazy("failed: changed on its way, or forged (signature: %(domain)s)"),
            "none": pgettext_lazy("a mail", "not signed"),
        },
    ),
    "dmarc": (
        gettext_lazy("Domain in From (DMARC)"),
        {
            "pass": gettext_lazy("passed: it comes the way that %(domain)s prescribes"),
            "fail": gettext_lazy("failed: it does not come the way that %(domain)s prescribes"),
            "none": _SILENT_DMARC,
            "bestguesspass": _SILENT_DMARC,
        },
    ),
}


@dataclass(frozen=True)
class Origin:
    """What is known of a mail's origin. `look` is unknown, good, open or bad; `lines` are method and words."""

    look: str
    summary: str
    lines: Sequence[tuple[str, str]]


def origin(message: Message) -> Origin | None:
    """The origin of what came by mail; None for all else: our own messages, and what the form brought."""
    ours = message.kind == Message.Kind.OUTBOUND or message.automatic in words.OUR_MAILS
    if ours or not message.raw_path:
        return None
    verdicts = [each for each in verdicts_of(message.verdicts) if each.method in METHODS]
    if not verdicts:
        return Origin("unknown", _("Origin not checked"), ())
    look, summary = _summary(verdicts)
    return Origin(look, summary, [line for method in METHODS for line in _lines(method, verdicts)])


def _summary(verdicts: Sequence[Verdict]) -> tuple[str, str]:
    """DMARC decides where it says something, because it alone speaks of the address that is shown."""
    dmarc = next((each for each in verdicts if each.method == "dmarc" and each.result in ("pass", "fail")), None)
    if dmarc is not None:
        told = {"domain": _domain(dmarc)}
        if dmarc.result == "pass":
            return "good", _("Origin: %(domain)s, as the domain itself prescribes") % told
        return "bad", _("Origin doubtful: perhaps not from %(domain)s") % told
    results = {each.result for each in verdicts}
    if results & {"fail", "hardfail", "softfail"}:
        return "bad", _("Origin doubtful")
    if "pass" in results:
        return "open", _("Origin confirmed in part")
    return "open", _("Origin not confirmed")


def _lines(method: str, verdicts: Sequence[Verdict]) -> list[tuple[str, str]]:
    name, told = METHODS[method]
    found = [each for each in verdicts if each.method == method]
    if not found:
        return [(str(name), pgettext("a method", "not checked"))]
    lines = [
        str(told.get(each.result) or pgettext("a method", "could not be checked")) % {"domain": _domain(each)}
        for each in found
    ]
    return [(str(name), line) for line in dict.fromkeys(lines)]


def _domain(verdict: Verdict) -> str:
    return Truncator(verdict.domain).chars(SHOWN) or _("the domain of the sender")
