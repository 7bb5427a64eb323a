"""eTranslation of the European Commission, which takes an order and delivers later: its REST interface, version 2.

It shows no password when it delivers, so that the address it delivers to is the secret; and it may deliver twice.
"""

import base64
import binascii
import json
from dataclasses import dataclass

from tickets.translation.orders import Away, Order, Refused, post

MOST_SNIPPET = 5_000  # characters; what is longer goes as a document
QUOTA = -11200
DOMAIN = "GEN"


@dataclass(frozen=True)
class ETranslation:
    """The application's sign-in at eTranslation; `timeout` is in seconds."""

    url: str
    user: str
    password: str
    timeout: int
    needs_source = True

    def submit(self, order: Order) -> str | None:
        """None: the translation is delivered later."""
        body: dict[str, object] = {
            "callerInformation": {"externalReference": order.name},
            "sourceLanguage": order.source.upper(),
            "targetLanguages": [order.target.upper()],
            "domain": DOMAIN,
            "deliveries": {"http": order.callback},
            "notifications": {"failure": {"http": order.callback}},
        }
        if len(order.text) <= MOST_SNIPPET:
            body["textToTranslate"] = order.text
        else:
            content = base64.b64encode(order.text.encode()).decode()
            body["documentToTranslate"] = {"document": {"format": "txt", "content": content}}
        address = f"{self.url.rstrip('/')}/askTranslate"
        answer = post(address, body, timeout=self.timeout, auth=(self.user, self.password))
        number = answer.get("requestId") if isinstance(answer, dict) else answer
        if not isinstance(number, int) or isinstance(number, bool):
            raise Refused("nonsense")
        if number == QUOTA:
            raise Away("busy")
        if number < 0:
            raise Refused("refused")
        return None


def read_delivery(content: bytes) -> str:
    """The text of what eTranslation delivers. Refused when it tells of an error, or is none of its deliveries."""
    try:
        told = json.loads(content)
    except ValueError:
        raise Refused("nonsense") from None
    if not isinstance(told, dict):
        raise Refused("nonsense")
    if isinstance(text := told.get("translatedText"), str):
        return text
    if isinstance(document := told.get("result"), str):
        try:
            return base64.b64decode(document, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise Refused("nonsense") from None
    raise Refused("refused")
