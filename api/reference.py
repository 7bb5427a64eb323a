"""The OpenAPI document as lines of a page: pure, from the document alone."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.schema import operations

Schema = Mapping[str, Any]
_EXAMPLES = {"string": "…", "integer": 1, "boolean": True, "array": [], "object": {}}


@dataclass(frozen=True)
class Field:
    """One field or parameter: what it is called, what it holds, and which values it may have."""

    name: str
    kind: str
    shape: str
    required: bool
    words: str
    values: Sequence[str]


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked. `body` are the fields that it takes, `shape` names what it shows."""

    name: str
    method: str
    path: str
    summary: str
    words: str
    parameters: Sequence[Field]
    body: Sequence[Field]
    forms: bool
    scope: str
    statuses: Sequence[tuple[str, str]]
    shape: str
    example: str


@dataclass(frozen=True)
class Shape:
    """Something that is shown, with its fields."""

    name: str
    words: str
    fields: Sequence[Field]


def groups(made: Schema) -> dict[str, list[Operation]]:
    """The operations by what they are about, in the order of the document's tags."""
    found: dict[str, list[Operation]] = {tag["name"]: [] for tag in made["tags"]}
    for path, method, operation in operations(dict(made)):
        found[operation["tags"][0]].append(_operation(made, path, method, operation))
    return found


def shapes(made: Schema) -> list[Shape]:
    """What is shown, by name; requests stand with their operations."""
    shown = set(_shown(made))
    return [
        Shape(name, schema.get("description", ""), _fields(schema))
        for name, schema in sorted(made["components"]["schemas"].items())
        if name in shown
    ]


def _operation(made: Schema, path: str, method: str, operation: Schema) -> Operation:
    content = operation.get("requestBody", {}).get("content", {})
    body = _resolved(made, content.get("application/json", {}).get("schema", {}))
    answers = operation["responses"]
    first = next(iter(answers.values()))
    shown: Schema = next((each.get("schema", {}) for each in first.get("content", {}).values()), {})
    return Operation(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        words=operation.get("description", ""),
        parameters=[_parameter(each) for each in operation.get("parameters", [])],
        body=_fields(body),
        forms="multipart/form-data" in content,
        scope=operation["x-scope"],
        statuses=[(status, answer.get("description", "")) for status, answer in sorted(answers.items())],
        shape=_name(shown),
        example=_example(path, method, body),
    )


def _parameter(parameter: Schema) -> Field:
    schema = parameter["schema"]
    place = "" if parameter["in"] == "query" else f" ({parameter['in']})"
    words = parameter.get("description", "") or schema.get("description", "")
    return Field(parameter["name"], _kind(schema) + place, "", bool(parameter.get("required")), words, _values(schema))


def _fields(schema: Schema) -> list[Field]:
    required = schema.get("required", ())
    return [
        Field(name, _kind(each), _name(each), name in required, each.get("description", ""), _values(each))
        for name, each in schema.get("properties", {}).items()
    ]


def _kind(schema: Schema) -> str:
    """The type of a value in words: "list of string", "string or null"."""
    for several in ("oneOf", "anyOf", "allOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(_kind(each) for each in schema[several]))
    if "$ref" in schema:
        return _name(schema)
    kind = schema.get("type", "any value")
    if kind == "array":
        return f"list of {_kind(schema['items'])}"
    words = " or ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{words} ({schema['format']})" if "format" in schema else words


def _name(schema: Schema) -> str:
    """The name of the shape that a value has; empty when it has none."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    inner = [schema["items"]] if "items" in schema else []
    parts = [*inner, *schema.get("oneOf", ()), *schema.get("allOf", ()), *schema.get("anyOf", ())]
    return next((name for name in map(_name, parts) if name), "")


def _values(schema: Schema) -> list[str]:
    """The values that a field may have, where they are counted."""
    found = list(schema.get("enum", ()))
    for each in (*schema.get("oneOf", ()), *([schema["items"]] if "items" in schema else [])):
        found += each.get("enum", ())
    return ["null" if value is None else '""' if value == "" else str(value) for value in found]


def _resolved(made: Schema, schema: Schema) -> Schema:
    name = _name(schema)
    found: Schema = made["components"]["schemas"][name] if name else schema
    return found


def _shown(made: Schema) -> Iterator[str]:
    """The names of all shapes that answers are made of."""
    waiting = [
        _name(content.get("schema", {}))
        for _path, _method, operation in operations(dict(made))
        for answer in operation["responses"].values()
        for content in answer.get("content", {}).values()
    ]
    known: set[str] = {""}
    while waiting:
        name = waiting.pop()
        if name in known:
            continue
        known.add(name)
        yield name
        waiting += [_name(each) for each in made["components"]["schemas"][name].get("properties", {}).values()]


def _example(path: str, method: str, body: Schema) -> str:
    """The operation as a command line. `$HELPDESK` is the address of the service and `$TOKEN` the token."""
    where = path.replace("{reference}", "SU-2026-000042").replace("{", "").replace("}", "")
    line = f'curl -H "Authorization: Bearer $TOKEN" "$HELPDESK{where}"'
    if method == "get":
        return line
    needed = {name: _value(body["properties"][name]) for name in body.get("required", ())}
    sent = f" --json '{json.dumps(needed, ensure_ascii=False)}'" if needed else " -X POST"
    return line.replace("curl", f"curl{sent}" if not needed else "curl", 1) + (sent if needed else "")


def _value(schema: Schema) -> Any:
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "string")
    return _EXAMPLES.get(kind[0] if isinstance(kind, list) else kind, "…")
