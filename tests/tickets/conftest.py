import pytest

from tests.furnishing import furnish


@pytest.fixture
def reference_data(db: None) -> None:
    """What every installation has, but for the hromadas."""
    furnish()
