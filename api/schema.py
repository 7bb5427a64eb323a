"""The OpenAPI document, made from the addresses themselves."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.utils import translation
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema

from api.problems import MEDIA_TYPE

PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail", "instance", "correlation"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "Its end names the kind of problem."},
        "title": {"type": "string", "description": "The kind of problem in words."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What to do, for a person."},
        "instance": {"type": "string", "description": "The address that was asked."},
        "correlation": {"type": "string", "description": "Found again in our logs, and in X-Request-ID."},
        "code": {"type": "string", "description": "Why the act is refused, for a program."},
        "errors": {
            "type": "array",
            "description": "The fields that are wrong.",
            "items": {
                "type": "object",
                "required": ["field", "detail", "code"],
                "properties": {
                    "field": {"type": "string"},
                    "detail": {"type": "string"},
                    "code": {"type": "string"},
                },
            },
        },
    },
}
STATUSES = {
    "400": "The request could not be understood.",
    "401": "No valid token.",
    "403": "The token has not this scope, or the file is in quarantine.",
    "404": "It does not exist, or the owner of the token may not see it.",
    "406": "The answer exists as JSON alone.",
    "409": "The ticket does not allow this now, or the same request is being done.",
    "413": "Too large.",
    "415": "The media type of the body is not known.",
    "422": "Some fields are not valid.",
    "429": "Too many requests of this token: wait as long as Retry-After says.",
    "503": "The service is away for a moment: wait as long as Retry-After says.",
}
OF_BODIES = ("409", "413", "415")
METHODS = ("get", "post")


class BearerScheme(OpenApiAuthenticationExtension):
    """How a token is sent."""

    target_class = "api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "A token from the profile of its owner."}


class Described(AutoSchema):
    """How an operation is described: with the scope that it needs as `x-scope`."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation:
            operation["x-scope"] = str(self.view.scopes[self.method])
        return operation


@cache
def document() -> dict[str, Any]:
    """The document in English. It changes with the code alone, so each process makes it once."""
    with translation.override("en"):
        made: dict[str, Any] = SchemaGenerator().get_schema(public=True)
        return made


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A postprocessing hook: the scope of each operation, and the problems that it may answer with."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    _tidy(result)
    for path, method, operation in operations(result):
        for status, told in STATUSES.items():
            if (status not in OF_BODIES or method == "post") and (status != "404" or "{" in path):
                operation["responses"].setdefault(status, {"description": told, "content": content})
    return result


def operations(made: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each operation of a document with its path and method, in the order of the document."""
    for path, methods in made["paths"].items():
        yield from ((path, method, methods[method]) for method in METHODS if method in methods)


def _tidy(part: Any) -> None:
    """Take out the marks by which drf-spectacular would name enumerations."""
    if isinstance(part, dict):
        part.pop("x-spec-enum-id", None)
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        _tidy(inner)
