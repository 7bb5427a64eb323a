"""Strict readers of the environment.

A value that makes no sense stops the start with one sentence that names the setting; nothing is guessed. Every
setting NAME can also be given as NAME_FILE, the path of a file that holds the value (secrets of a container).
Each name read here is documented in docs/configuration.md; a test compares the two.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import overload
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def _raw(name: str) -> str | None:
    value, path = os.environ.get(name), os.environ.get(f"{name}_FILE")
    if path:
        if value:
            raise ImproperlyConfigured(f"{name} and {name}_FILE are both set: keep one of them.")
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE names {path}, which cannot be read: {error.strerror}.") from error
    return value or None


@overload
def text(name: str, default: str) -> str: ...
@overload
def text(name: str, default: None = None) -> str | None: ...
def text(name: str, default: str | None = None) -> str | None:
    """The value of NAME, or of the file NAME_FILE; `default` when it is unset or empty."""
    value = _raw(name)
    return default if value is None else value


def required(name: str, why: str) -> str:
    """Like `text`, but an unset value stops the start with the sentence `why`."""
    value = _raw(name)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set: {why}")
    return value


def integer(name: str, default: int, *, minimum: int = 0, maximum: int | None = None) -> int:
    """A whole number within bounds, both ends included."""
    value = _raw(name)
    if value is None:
        return default
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}, but it must be a whole number.") from None
    if number < minimum or (maximum is not None and number > maximum):
        bounds = f"at least {minimum}" if maximum is None else f"from {minimum} to {maximum}"
        raise ImproperlyConfigured(f"{name} is {number}, but it must be {bounds}.")
    return number


def boolean(name: str, default: bool) -> bool:
    """Yes or no, in the usual spellings."""
    value = _raw(name)
    if value is None:
        return default
    if value.lower() not in TRUE + FALSE:
        raise ImproperlyConfigured(f"{name} is {value!r}, but it must be one of {', '.join(TRUE + FALSE)}.")
    return value.lower() in TRUE


def choice(name: str, options: Sequence[str], default: str) -> str:
    """One of `options`, to the letter."""
    value = _raw(name)
    if value is None:
        return default
    if value not in options:
        raise ImproperlyConfigured(f"{name} is {value!r}, but it must be one of {', '.join(options)}.")
    return value


def words(name: str, default: Sequence[str] = ()) -> list[str]:
    """A list, separated by commas."""
    value = _raw(name)
    return list(default) if value is None else [word.strip() for word in value.split(",") if word.strip()]


def url(name: str, schemes: Sequence[str], default: str) -> str:
    """An address whose scheme is one of `schemes`."""
    value = _raw(name)
    if value is None:
        return default
    if urlsplit(value).scheme not in schemes:
        raise ImproperlyConfigured(
            f"{name} must be an address that begins with {' or '.join(f'{s}:' for s in schemes)}"
        )
    return value
