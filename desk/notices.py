"""Words after an act, on the next page, with a way back."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise


@dataclass(frozen=True)
class Undo:
    """The act that takes another back: where to post what."""

    action: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Extras:
    """What a notice carries: the way back, and the draft in the browser that has arrived."""

    undo: Undo | None = None
    draft: str = ""


def done(request: HttpRequest, text: str | Promise, undo: Undo | None = None, *, draft: str = "") -> None:
    """Say on the next page that something was done."""
    messages.success(request, str(text), extra_tags=json.dumps(asdict(Extras(undo, draft))))


def failed(request: HttpRequest, text: str | Promise) -> None:
    """Say on the next page that something could not be done."""
    messages.error(request, str(text))


def extras_of(message: Any) -> Extras:
    """What a notice carries."""
    if not message.extra_tags:
        return Extras()
    kept = json.loads(message.extra_tags)
    return Extras(Undo(**kept["undo"]) if kept["undo"] else None, kept["draft"])
