"""Translations for reading, as the ticket page shows them below the original."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject, Left
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.models import Translation

State = Translation.State
TEXT_SHOWN = 50_000  # characters, as many as an order may have
ENGINES = {"etranslation": "eTranslation", "libretranslate": "LibreTranslate"}
FAILURES: dict[str, Promise | str] = {
    "busy": gettext_lazy("the engine is busy"),
    "no-answer": gettext_lazy("the engine did not answer"),
    "key": gettext_lazy("the engine does not know us: tell an administrator"),
    "refused": gettext_lazy("the engine does not translate this text or between these languages"),
    "nonsense": gettext_lazy("the engine gave an answer that we do not understand"),
}


@dataclass(frozen=True)
class Translated:
    """A translation, or the wait for one. `at`: when it was finished; `problem`: why it failed or takes longer."""

    language: str
    engine: str
    state: str
    whole: bool
    text: str
    at: datetime | None
    problem: str

    @property
    def waits(self) -> bool:
        return self.state in (State.WAITING, State.SENT)


def of_message() -> ArraySubquery:
    """The translations of a message, to be read with it."""
    facts = JSONObject(
        language="language",
        engine="engine",
        state="state",
        whole="whole",
        text=Left("text", TEXT_SHOWN),
        at="finished_at",
        error="error",
    )
    return ArraySubquery(Translation.objects.filter(message=OuterRef("pk")).order_by("pk").values(facts=facts))


def translated(rows: Sequence[dict[str, Any]]) -> list[Translated]:
    """The translations of a message in the order in which they were asked for."""
    return [
        Translated(
            language=row["language"],
            engine=ENGINES.get(row["engine"], row["engine"]),
            state=row["state"],
            whole=row["whole"],
            text=row["text"],
            at=datetime.fromisoformat(row["at"]) if row["at"] else None,
            problem=_problem(row["error"]),
        )
        for row in rows
    ]


def _problem(code: str) -> str:
    return str(FAILURES.get(code) or _("something went wrong")) if code else ""
