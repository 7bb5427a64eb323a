import pytest

from tests.furnishing import furnish


@pytest.fixture
def reference_data(db: None) -> None:
    """Queues, topics, regions, hromadas and holidays, as every installation has them."""
    furnish()
