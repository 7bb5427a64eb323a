"""Places in a text, such as {name}, that are filled when a template is put into an answer. Pure.

What has no value stays in its braces, and an answer with braces left is not sent: nobody gets a letter to "Dear
{name}", nor one to "Dear ,".
"""

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Every place that a template may have, and what is put there.
PLACES: dict[str, str | Promise] = {
    "name": _("name of the partner"),
    "organisation": _("organisation that the partner writes for"),
    "reference": _("reference of the request"),
    "subject": _("subject of the request"),
    "topic": _("topic of the request, in the language of the answer"),
    "received": _("day on which the request came, in words"),
    "answer_by": _("day by which we promised an answer, in words"),
    "item": _("what is needed, of a need"),
    "quantity": _("how many are needed, of a need"),
    "body": _("competent body that was chosen, in the language of the answer"),
    "details": _("always left to the writer: nothing is put here"),
}
# Braces around a word, in any script: what people leave for themselves to fill in counts too.
_BRACES = re.compile(r"\{\s*([^\W\d][\w .'’ʼ-]{0,39})\s*\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with each place that has a value filled; the others stay as they are."""

    def value(found: re.Match[str]) -> str:
        return values.get(found[1].strip().lower(), "").strip() or found[0]

    return _BRACES.sub(value, text)


def left_in(text: str) -> list[str]:
    """The places that are still to be filled, with their braces, each once, in their order."""
    return list(dict.fromkeys(found[0] for found in _BRACES.finditer(text)))


def unknown_in(text: str) -> list[str]:
    """The places that no ticket ever fills, because there are none of that name."""
    return [place for place in left_in(text) if place.strip("{} ").lower() not in PLACES]
