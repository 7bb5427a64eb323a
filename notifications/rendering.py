"""From a template to the plain text and HTML of a mail, in a language that we have."""

import re
from collections.abc import Mapping

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

FALLBACK_LANGUAGE = "en"
MAX_SUBJECT = 200  # characters, so that the tag behind the subject survives every cut


def render(name: str, context: Mapping[str, object]) -> tuple[str, str]:
    """Plain text and HTML of a mail in the active language."""
    whole = {**context, "house": settings.HOUSE_NAME, "language": translation.get_language()}
    text: str = render_to_string(f"notifications/{name}.txt", whole)
    # Left-out parts leave their empty lines behind.
    text = re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
    return text, render_to_string(f"notifications/{name}.html", whole)


def language_of(wanted: str) -> str:
    """The language to write in: the wanted one if we have it, else English."""
    code = re.split("[-_]", wanted.lower(), maxsplit=1)[0]
    return code if code in dict(settings.LANGUAGES) else FALLBACK_LANGUAGE


def cut(subject: str) -> str:
    """A subject that leaves room for what stands beside it."""
    return subject if len(subject) <= MAX_SUBJECT else subject[: MAX_SUBJECT - 1].rstrip() + "…"
