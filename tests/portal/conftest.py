from typing import Any

import pytest
from django.utils import timezone

from portal import tokens
from tests.furnishing import furnish

SEVERAL_SECONDS = tokens.QUICKEST * 2


@pytest.fixture
def reference_data(db: None) -> None:
    """What every installation has, but for the hromadas."""
    furnish()


@pytest.fixture
def submission() -> tokens.Submission:
    """A form that was opened some seconds ago."""
    return tokens.begin(timezone.now() - SEVERAL_SECONDS)


@pytest.fixture
def values(submission: tokens.Submission) -> dict[str, Any]:
    """What a partner types into the form."""
    return {
        "stamp": tokens.stamp(submission),
        "name": "Olena Example",
        "email": "Olena@hromada.example",
        "phone": "+380 44 000 00 00",
        "organisation": "Example hromada",
        "organisation_kind": "hromada",
        "place": "UA-59",
        "kind": "need",
        "need_item": "Generator of 100 kW",
        "need_quantity": "2",
        "needed_by": "",
        "need_recipient": "the hospital",
        "danger_to_life": "on",
        "topic": "energy",
        "subject": "Generators for the hospital",
        "message": "We need two generators.\r\nThank you.",
        "letter_number": "12-03/45",
        "letter_date": "2026-01-12",
    }
