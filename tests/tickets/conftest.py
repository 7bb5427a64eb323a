import io

import pytest
from django.core.management import call_command


@pytest.fixture
def reference_data(db: None) -> None:
    """Queues, topics, regions, hromadas and holidays, as every installation has them."""
    call_command("load_reference", stdout=io.StringIO())
