"""Why something is suggested for a ticket, or why another one may be about the same, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.suggestions.values import Suggestion

# By the code of a suggestion's reason.
SUGGESTED: dict[str, Promise | str] = {
    "words": _("Words: %(words)s"),
    "katottg": _("KATOTTG code %(code)s"),
    "domain_name": _("The address is at %(domain)s"),
    "signature": _("Below the letter: %(words)s"),
    "subject": _("In the subject: %(words)s"),
    "text": _("In the text: %(words)s"),
    "hromada": _("%(name)s lies there"),
    "region": _("Named: %(words)s"),
    "of_organisation": _("The organisation is there"),
    "requester": _("As in earlier tickets of this person"),
    "organisation": _("As in earlier tickets of this organisation"),
    "domain": _("As in earlier tickets from %(domain)s"),
}
# By the code of a duplicate's reason.
ALIKE: dict[str, Promise | str] = {
    "file": _("the same file"),
    "letter": _("the same letter number"),
    "subject": _("a like subject"),
    "requester": _("the same person"),
    "organisation": _("the same organisation"),
    "domain": _("the same mail domain"),
}


def suggested(suggestion: Suggestion) -> str:
    """Why a value is suggested; the bare code where a source has no sentence yet."""
    return str(SUGGESTED.get(suggestion.reason, suggestion.reason)) % suggestion.facts


def alike(reasons: tuple[str, ...]) -> str:
    """What two tickets share, as a list."""
    return ", ".join(str(ALIKE[code]) for code in reasons)
