"""Bodies of requests, bounded: what is larger than a request may be is refused before it is read whole."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.utils import json


class JsonParser(BaseParser):
    """A JSON object in UTF-8 (RFC 8259). The framework's own parser reads a body of any size."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """ParseError (400) when it is none, RequestDataTooBig (413)."""
        most: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        content = stream.read(most + 1)
        if len(content) > most:
            raise RequestDataTooBig
        try:
            found = json.loads(content.decode())
        except (ValueError, RecursionError):
            raise ParseError(_("The body is no JSON in UTF-8.")) from None
        if not isinstance(found, dict):
            raise ParseError(_("The body must be a JSON object."))
        return found


class FormParser(MultiPartParser):
    """A multipart form (RFC 7578) with files. Django bounds its fields, and `Files` each file."""
