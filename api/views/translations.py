"""Where a translation engine delivers. It shows no password, so that the address itself is the secret."""

import logging

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tickets.actions import translating
from tickets.translation import sending
from tickets.translation.etranslation import read_delivery
from tickets.translation.orders import Refused

log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def delivered(request: HttpRequest, token: str) -> HttpResponse:
    """Take a translation, or the word that there is none. Twice is once; 404 for what nobody waits for any more."""
    translation = sending.find(token)
    if translation is None:
        return _plain("nothing here", 404)
    try:
        text = read_delivery(request.body)
    except RequestDataTooBig:
        return _plain("too large", 413)
    except Refused as refused:
        translating.fail(translation_id=translation.pk, code=refused.code, now=timezone.now())
        log.warning("the translation engine delivered an error", extra={"reason": refused.code})
        return _plain("noted", 200)
    translating.deliver(translation_id=translation.pk, text=text, now=timezone.now())
    return _plain("thanks", 200)


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain", headers={"Cache-Control": "no-store"})
