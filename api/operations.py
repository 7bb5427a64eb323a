"""How the addresses describe themselves in the OpenAPI document."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description="A name of this request that you choose. Sent again with the same one within a day, it is done once.",
)
GONE = OpenApiResponse(description="Done; the owner of the token does not see the ticket any more.")


def describe(
    *,
    tag: str,
    name: str,
    summary: str,
    asked: Any = None,
    shown: Any = None,
    status: int = 200,
    files: bool = False,
    keyed: bool = False,
    query: type[serializers.Serializer] | None = None,
    more: dict[Any, Any] | None = None,
) -> Any:
    """One operation: what it takes and shows. `keyed`: it takes an Idempotency-Key; `files`: a multipart form too."""
    request = None
    if asked is not None:
        request = {"application/json": asked} | ({"multipart/form-data": asked} if files else {})
    return extend_schema(
        tags=[tag],
        operation_id=name,
        summary=summary,
        request=request,
        responses={status: shown, **(more or {})},
        parameters=[*([KEY] if keyed or files else []), *([query] if query is not None else [])],
    )


def download(*, tag: str, name: str, summary: str) -> Any:
    """An operation that answers with the bytes of a file."""
    return extend_schema(
        tags=[tag], operation_id=name, summary=summary, request=None, responses={(200, "*/*"): OpenApiTypes.BINARY}
    )


def paged(shape: type[serializers.Serializer]) -> type[serializers.Serializer]:
    """The shape of one page of a list."""
    fields = {
        "__doc__": "One page of a list.",
        "next": serializers.URLField(allow_null=True, help_text="Address of the next page."),
        "previous": serializers.URLField(allow_null=True, help_text="Address of the page before."),
        "results": shape(many=True),
    }
    return type(f"{shape.__name__}Page", (serializers.Serializer,), fields)
