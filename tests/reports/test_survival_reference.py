"""The estimates equal those of the lifelines library, kept in lifelines.json by make_lifelines.py."""

import json
from math import exp, log, sqrt
from pathlib import Path
from statistics import NormalDist
from typing import Any

import pytest

from reports.survival import NOT_REACHED, Curve, End, Estimate, Share, Wait, estimate

SAMPLES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("lifelines.json").read_text("utf-8"))["samples"]
Z = NormalDist().inv_cdf(0.975)


def estimated(sample: dict[str, Any]) -> Estimate:
    return estimate(Wait(seconds, End(end)) for seconds, end in sample["waits"])


def within(curve: Curve, time: float) -> Share:
    share = curve.within(time)
    assert share is not None
    return share


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{len(sample['waits'])}-waits")
def test_those_still_waiting_and_their_band_are_those_of_the_library(sample: dict[str, Any]) -> None:
    over = estimated(sample).over
    for time, waiting, low, high in sample["waiting"]:
        share = within(over, time)
        assert 1 - share.value == pytest.approx(waiting, abs=1e-9)
        if share.value:  # where nobody's wait has ended the library is certain, and we are not
            assert (1 - share.high, 1 - share.low) == pytest.approx((low, high), abs=1e-9)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{len(sample['waits'])}-waits")
def test_quantiles_and_their_bands_are_those_of_the_library(sample: dict[str, Any]) -> None:
    over = estimated(sample).over
    for share, times in sample["quantiles"].items():
        reached = over.reached(float(share))
        assert [reached.at, reached.low, reached.high] == [NOT_REACHED if at is None else at for at in times]


@pytest.mark.parametrize("sample", [each for each in SAMPLES if "closed" in each], ids=lambda each: len(each["waits"]))
@pytest.mark.parametrize("end", ["answered", "closed"])
def test_competing_ends_and_their_variance_are_those_of_the_library(sample: dict[str, Any], end: str) -> None:
    curve: Curve = getattr(estimated(sample), end)
    for time, value, variance in sample[end]:
        share = within(curve, time)
        assert share.value == pytest.approx(value, abs=1e-9)
        if value:  # the library puts its band on another scale, so ours is made from its variance here
            spread = exp(Z * sqrt(variance) / ((1 - value) * -log(1 - value)))
            band = 1 - (1 - value) ** (1 / spread), 1 - (1 - value) ** spread
            assert (share.low, share.high) == pytest.approx(band, abs=1e-6)


def test_the_samples_hold_ties_competing_ends_and_a_quantile_that_was_not_reached() -> None:
    assert any("closed" not in sample for sample in SAMPLES)
    assert any(end == "closed" for sample in SAMPLES for _, end in sample["waits"])
    assert any(None in times for sample in SAMPLES for times in sample["quantiles"].values())
