"""What the addresses share that make something: once a key, and JSON or a form with files."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Model
from django.utils import timezone

from api.base import ApiView
from api.idempotency import once
from api.parsing import FormParser, JsonParser
from tickets.files import StoredFile
from tickets.models import Message


class KeyedView(ApiView):
    """An address whose POST makes a message."""

    def once(
        self, values: dict[str, Any], files: Sequence[StoredFile], make: Callable[[], Message]
    ) -> tuple[Message, bool]:
        """The message of this request, and whether it was made just now; see `idempotency.once`."""
        said = [f"{name}={_told(value)}" for name, value in sorted(values.items()) if name != "files"]
        named = [f"{file.sha256}/{file.name}" for file in files]
        request = self.request
        parts = [request.method, request.path, *said, *named]
        key = request.headers.get("Idempotency-Key", "")
        return once(request.auth, key, parts, make, now=timezone.now())


class CreatingView(KeyedView):
    """One that takes files too."""

    parser_classes = (JsonParser, FormParser)


def _told(value: Any) -> Any:
    """What a request said of a value: two colleagues may have one name."""
    return value.pk if isinstance(value, Model) else value
