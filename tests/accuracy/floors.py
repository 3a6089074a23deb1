"""The floors: shares of squares read right that were reached, and below which no change may fall."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from tests.accuracy.measure import Key, Score

FLOORS = Path(__file__).with_name("floors.json")

Floors = dict[str, dict[str, float]]  # format -> form -> share


def load(which: str) -> Floors:
    """Of "sample", "whole" or "office"."""
    floors: dict[str, Floors] = json.loads(FLOORS.read_text(encoding="utf-8"))
    return floors.get(which, {})


def faults(scores: Mapping[Key, Score], floors: Floors) -> list[str]:
    """What fell below its floor, what has none, and every number that was invented."""
    found = []
    for (format_, form), score in scores.items():
        floor = floors.get(format_, {}).get(form)
        if floor is None:
            found.append(f"{format_} {form} has no floor yet: {score.share:.2%} right")
        elif score.share < floor:
            found.append(f"{format_} {form}: {score.share:.2%} right, the floor is {floor:.2%}")
        found += [f"invented: {number}" for number in score.invented]
    return found


def raise_to(which: str, scores: Mapping[Key, Score]) -> None:
    """Writes the floors that rose; one that would fall stays as it is."""
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    for (format_, form), score in scores.items():
        own = floors.setdefault(which, {}).setdefault(format_, {})
        own[form] = max(score.share, own.get(form, 0.0))
    FLOORS.write_text(json.dumps(floors, indent=1, sort_keys=True) + "\n", encoding="utf-8")
