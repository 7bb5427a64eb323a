"""Fields that several shapes share."""

import re
from datetime import UTC
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from rest_framework import serializers

from api.problems import Problem
from tickets.files import StoredFile, keep
from tickets.reference import languages

CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")
LARGEST_ID = 2**63 - 1
MAX_FILES = 20
LONGEST_TEXT = 100_000  # characters


class Moment(serializers.DateTimeField):
    """A time in UTC, as ISO 8601: 2026-11-23T09:00:00Z."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)


class Number(serializers.IntegerField):
    """The id of a row."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, **kwargs)


class Text(serializers.CharField):
    """Text of several lines as people write it, with line feeds alone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_TEXT, trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        if not text.strip():
            self.fail("blank")
        return text.replace("\r\n", "\n").replace("\r", "\n")


class Code(serializers.SlugRelatedField):
    """A row by its code. What cannot be a code is not looked up: the database refuses some texts."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="code", **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or not CODE.fullmatch(data):
            self.fail("does_not_exist", slug_name="code", value=str(data)[:100])
        return super().to_internal_value(data)


class Language(serializers.ChoiceField):
    """An ISO 639-1 code: an official language of the Union, Ukrainian or Russian; empty when it is not known."""

    def __init__(self, *, empty: bool = True, **kwargs: Any) -> None:
        codes = [*(language.code for language in languages()), "ru"]
        super().__init__(choices=[(code, code) for code in codes], allow_blank=empty, **kwargs)


class Files(serializers.ListField):
    """Files of a multipart request, in their order."""

    def __init__(self, **kwargs: Any) -> None:
        child = serializers.FileField(max_length=255, allow_empty_file=True)
        super().__init__(child=child, required=False, max_length=MAX_FILES, **kwargs)

    def to_internal_value(self, data: Any) -> "list[UploadedFile[Any]]":
        files: list[UploadedFile[Any]] = super().to_internal_value(data)
        for file in files:
            if (file.size or 0) > settings.FILE_MAX_BYTES:
                raise serializers.ValidationError(_("A file is too big. Send a link to it instead, or a smaller one."))
        return files


def stored(files: "list[UploadedFile[Any]]") -> list[StoredFile]:
    """Keep the files of a request, before any transaction begins. Problem (503) when the disk refuses."""
    try:
        return [keep(each.read(), name=each.name or "", declared_type=each.content_type or "") for each in files]
    except OSError as error:
        told = _("A file could not be kept: the disk refused it. Send it again later.")
        raise Problem(503, "unavailable", told) from error
