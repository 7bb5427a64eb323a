"""publiccode.yml keeps to its standard, version 0.4: https://yml.publiccode.tools/schema.core.html"""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
from django.conf import settings
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
WORD = {"type": "string", "minLength": 1}
WORDS = {"type": "array", "items": WORD, "minItems": 1}
PERSON = {"type": "object", "required": ["name"], "properties": {"name": WORD}}
DESCRIPTION = {
    "type": "object",
    "required": ["shortDescription", "longDescription", "features"],
    "properties": {
        "shortDescription": {**WORD, "maxLength": 150},
        "longDescription": {"type": "string", "minLength": 500, "maxLength": 10_000},
        "features": {"type": "array", "minItems": 1, "items": {**WORD, "maxLength": 100}},
    },
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": [
        "publiccodeYmlVersion",
        "name",
        "url",
        "releaseDate",
        "platforms",
        "categories",
        "developmentStatus",
        "softwareType",
        "description",
        "legal",
        "maintenance",
        "localisation",
    ],
    "properties": {
        "publiccodeYmlVersion": {"const": "0.4"},
        "name": WORD,
        "url": {"type": "string", "pattern": r"^https?://[^/]+/.+"},
        "releaseDate": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
        "platforms": WORDS,
        "categories": WORDS,
        "developmentStatus": {"enum": ["concept", "development", "beta", "stable", "obsolete"]},
        "softwareType": {
            "enum": [
                *(f"standalone/{kind}" for kind in ("mobile", "iot", "desktop", "web", "backend", "other")),
                "addon",
                "library",
                "configurationFiles",
            ]
        },
        "description": {"type": "object", "minProperties": 1, "additionalProperties": DESCRIPTION},
        "legal": {"type": "object", "required": ["license"], "properties": {"license": WORD}},
        "maintenance": {
            "type": "object",
            "required": ["type"],
            "properties": {
                "type": {"enum": ["internal", "contract", "community", "none"]},
                "contacts": {"type": "array", "items": PERSON, "minItems": 1},
                "contractors": {"type": "array", "items": PERSON, "minItems": 1},
            },
            "allOf": [
                {
                    "if": {"properties": {"type": {"enum": ["internal", "community"]}}},
                    "then": {"required": ["contacts"]},
                },
                {"if": {"properties": {"type": {"const": "contract"}}}, "then": {"required": ["contractors"]}},
            ],
        },
        "localisation": {
            "type": "object",
            "required": ["localisationReady", "availableLanguages"],
            "properties": {"localisationReady": {"type": "boolean"}, "availableLanguages": WORDS},
        },
    },
}


@pytest.fixture
def described() -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe").load(ROOT / "publiccode.yml")
    return loaded


def test_it_keeps_to_the_standard(described: dict[str, Any]) -> None:
    jsonschema.validate(described, SCHEMA)
    date.fromisoformat(described["releaseDate"])


@pytest.mark.parametrize("key", SCHEMA["required"])
def test_a_missing_key_is_found(described: dict[str, Any], key: str) -> None:
    del described[key]
    with pytest.raises(jsonschema.ValidationError, match=key):
        jsonschema.validate(described, SCHEMA)


def test_it_says_what_the_code_says(described: dict[str, Any]) -> None:
    assert sorted(described["localisation"]["availableLanguages"]) == sorted(code for code, _ in settings.LANGUAGES)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert described["legal"]["license"] == project["license"]
    postgres = next(each for each in described["dependsOn"]["open"] if each["name"] == "PostgreSQL")
    documented = re.search(r"PostgreSQL (\d+) or later", (ROOT / "docs/configuration.md").read_text("utf-8"))
    assert documented is not None
    assert postgres["versionMin"] == documented[1]


def test_its_address_is_no_example_and_is_unpublished_only_before_the_first_release(described: dict[str, Any]) -> None:
    host = urlsplit(described["url"]).hostname or ""
    assert not host.endswith(("example.org", "example.com", "example.net"))
    if "softwareVersion" in described:
        assert not host.endswith(".invalid")
