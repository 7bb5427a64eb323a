"""What stands below an answer: the writer's own words in the language of the mail, or name, unit, house and phone."""

from django.conf import settings
from django.utils import translation

from notifications.rendering import language_of
from tickets.models import User


def signature(person: User, language: str) -> str:
    """The lines below an answer of this person in this language of our mails."""
    own: str = person.signatures.get(language_of(language), "")
    return own.strip() or shipped(person, language)


def shipped(person: User, language: str) -> str:
    """What is below the answers of who wrote no signature in this language."""
    with translation.override(language_of(language)):
        lines = (person.name, person.unit, str(settings.HOUSE_NAME), person.phone or settings.HOUSE_PHONE)
    return "\n".join(filter(None, lines))
