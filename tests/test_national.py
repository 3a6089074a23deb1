"""A small run of bench/national.py: a country of portals, without faults and with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench import national
from bench.country import Host


@pytest.mark.parametrize("faulty", [False, True])
def test_a_small_country(tmp_path: Path, faulty: bool) -> None:
    outcome = national.run(6, faulty=faulty, delay=0.02, seed=2, directory=tmp_path)
    assert national.short_of(outcome, faulty=faulty) == []
    assert outcome.reports > 500
    assert "recall 100.00%" in national.told(outcome) or faulty


def test_what_is_impolite_is_told() -> None:
    def log(*times: tuple[float, float], crawl_delay: float = 0.0) -> list[str]:
        host = Host(address="h", sites=(), closed="/9", crawl_delay=crawl_delay)
        host.log = [(came, went, f"/{number}") for number, (came, went) in enumerate(times)]
        return list(national._rude(host, 1.0))

    assert log((0, 0.5), (1, 1.2), (2.2, 2.3), (3.3, 3.5)) == []
    assert "came while" in log((0, 0.5), (1, 1.6), (1.5, 2))[0]
    assert "too early" in log((0, 0.1), (1, 1.1), (1.5, 1.6))[0]
    assert "too early" in log((0, 0.1), (1, 1.1), (2, 2.1), crawl_delay=2)[0]
    assert log(*((n, n) for n in range(10))) == ["h: /9 is forbidden"]


def test_what_falls_short_is_told() -> None:
    good = national.Outcome(
        hosts=1,
        reports=1000,
        found=1000,
        wrong=0,
        requests=9,
        seconds=9,
        bound=9,
        megabytes=9,
        code=0,
        rude=(),
    )
    assert national.short_of(good, faulty=False) == []
    bad = replace(good, found=985, wrong=1, megabytes=600, code=1, rude=("x",))
    assert len(national.short_of(bad, faulty=True)) == 5
    assert len(national.short_of(replace(good, found=999), faulty=False)) == 1
    assert national.short_of(replace(good, found=999), faulty=True) == []
