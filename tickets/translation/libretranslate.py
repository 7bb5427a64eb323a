"""LibreTranslate, which answers at once: POST /translate of its API."""

from dataclasses import dataclass

from tickets.translation.orders import Order, Refused, post


@dataclass(frozen=True)
class LibreTranslate:
    """A server of LibreTranslate. `key` is "" where it asks for none; `timeout` is in seconds."""

    url: str
    key: str
    timeout: int
    needs_source = False

    def submit(self, order: Order) -> str | None:
        """The translation."""
        body: dict[str, object] = {
            "q": order.text,
            "source": order.source or "auto",
            "target": order.target,
            "format": "text",
        }
        if self.key:
            body["api_key"] = self.key
        answer = post(f"{self.url.rstrip('/')}/translate", body, timeout=self.timeout)
        text = answer.get("translatedText") if isinstance(answer, dict) else None
        if not isinstance(text, str):
            raise Refused("nonsense")
        return text
