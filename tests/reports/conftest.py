from tests.desk.conftest import _monday_morning, anna, maria, reference_data

__all__ = ["_monday_morning", "anna", "maria", "reference_data"]
