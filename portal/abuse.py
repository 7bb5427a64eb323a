"""How much one place may send: enough for a town hall behind one address, too little for a flood. No captcha."""

import time

from django.conf import settings
from django.http import HttpRequest

from web.clients import address_of, network_of
from web.ratelimit import allow

HOUR = 3600
FORMS_PER_NETWORK, FORMS_PER_ADDRESS = 30, 10
UPLOADS_PER_NETWORK = 200
ANSWERS_PER_TICKET = 30
LINKS_PER_NETWORK, LINKS_PER_ADDRESS = 20, 5
# What a whole form may weigh: its files, and room for its words.
WORDS = 512 * 1024
LINK_SECONDS = 0.25


def may_send_form(request: HttpRequest, address: str) -> bool:
    """Whether this place and this e-mail address may send another request within the hour."""
    return _allow(request, "form", FORMS_PER_NETWORK) and allow(
        f"form-address:{address.lower()}", limit=FORMS_PER_ADDRESS, seconds=HOUR
    )


def may_answer(request: HttpRequest, ticket_id: int) -> bool:
    """Whether another message may come by the tracking page of this ticket within the hour."""
    return _allow(request, "form", FORMS_PER_NETWORK) and allow(
        f"answer:{ticket_id}", limit=ANSWERS_PER_TICKET, seconds=HOUR
    )


def may_upload(request: HttpRequest) -> bool:
    """Whether another file may come from this place within the hour."""
    return _allow(request, "upload", UPLOADS_PER_NETWORK)


def may_ask_for_link(request: HttpRequest, address: str) -> bool:
    """Whether another tracking link may be asked for; counted alike whether the address is known or not."""
    return _allow(request, "link", LINKS_PER_NETWORK) and allow(
        f"link-address:{address.lower()}", limit=LINKS_PER_ADDRESS, seconds=HOUR
    )


def is_too_large(request: HttpRequest, files: int) -> bool:
    """Whether a body is larger than `files` files can be. Asked before anything of it is read."""
    length = str(request.META.get("CONTENT_LENGTH", ""))
    return length.isascii() and length.isdigit() and int(length) > files * settings.FILE_MAX_BYTES + WORDS


def hide_duration(started: float) -> None:
    """Wait until a fixed time after `started` (of `time.monotonic`) is over.

    Whether a reference and an address belong together must not be told by how long the answer takes.
    """
    left = LINK_SECONDS - (time.monotonic() - started)
    if left > 0:
        time.sleep(left)


def _allow(request: HttpRequest, what: str, limit: int) -> bool:
    return allow(f"{what}:{network_of(address_of(request))}", limit=limit, seconds=HOUR)
