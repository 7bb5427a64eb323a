"""Writes lifelines.json: random waits, and what the lifelines library says of them.

The library brings pandas, SciPy and matplotlib, 430 MB and three seconds for each start, so it is no requirement:
install it into an environment of its own, start this file there, and commit what changed. The figures are compared by
test_survival_reference.py.
"""

import json
import random
from pathlib import Path
from typing import Any

import lifelines
from lifelines.utils import qth_survival_times

TARGET = Path(__file__).with_name("lifelines.json")
ENDS = {"answered": 1, "closed": 2, "open": 0}
DAY = 86_400


def drawn(seed: int, size: int, unit: int, closing: float) -> list[tuple[int, str]]:
    """Waits in seconds, rounded to `unit`: a coarse one makes many ties."""
    draw, waits = random.Random(seed), []
    for _ in range(size):
        end, looked = draw.lognormvariate(12, 1), draw.uniform(0, 12 * DAY)
        how = "closed" if draw.random() < closing else "answered"
        waits.append((int(min(end, looked) // unit * unit), how if end <= looked else "open"))
    return waits


def said(waits: list[tuple[int, str]]) -> dict[str, Any]:
    times, ends = [seconds for seconds, _ in waits], [ENDS[end] for _, end in waits]
    kaplan_meier = lifelines.KaplanMeierFitter().fit(times, [end > 0 for end in ends])
    curve = kaplan_meier.survival_function_.join(kaplan_meier.confidence_interval_)
    band = kaplan_meier.confidence_interval_
    quantiles = {
        share: [kaplan_meier.percentile(1 - share), *qth_survival_times(1 - share, band).iloc[0].tolist()]
        for share in (0.5, 0.75, 0.9)
    }
    found: dict[str, Any] = {
        "waits": waits,
        "waiting": [[at, *(round(value, 12) for value in row)] for at, *row in curve.itertuples()],
        "quantiles": {
            str(share): [None if at == float("inf") else at for at in row] for share, row in quantiles.items()
        },
    }
    if len(set(times)) == len(times):  # it shakes ties apart at random
        for end in ("answered", "closed"):
            fitter = lifelines.AalenJohansenFitter().fit(times, ends, event_of_interest=ENDS[end])
            found[end] = [
                [at, round(share, 12), round(variance, 15)]
                for at, share, variance in zip(
                    fitter.timeline, fitter.cumulative_density_.iloc[:, 0], fitter.variance_, strict=True
                )
            ]
    return found


def main() -> None:
    samples = [
        *(said(drawn(seed, size, 1, closing)) for seed, size, closing in ((13, 25, 0), (2, 60, 0.2), (3, 150, 0.1))),
        *(said(drawn(seed, size, DAY, closing)) for seed, size, closing in ((4, 40, 0.5), (5, 200, 0.1))),
    ]
    told = {"lifelines": lifelines.__version__, "samples": samples}
    TARGET.write_text(json.dumps(told, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
