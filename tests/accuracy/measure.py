"""Reports whose every square is known, and what share of the squares is read right."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tests.accuracy.renderings import Rendering, renderings
from tests.maker.compare import compare
from tests.maker.report import Made, blanked, make
from tests.reports import NAMES, REAL, REPORTS, golden, read

SEEDS = 4  # reports of each rendering and form
SHARES = (0.0, 0.1, 0.3, 0.6)  # of their squares left empty, in turn
OUTSIDE = {"pingtan-2019": ("A_2019_80576.html", "2019"), "pingtan-2015": ("A_2015_80445.html", "fujian")}

Key = tuple[str, str]  # format, form


@dataclass(frozen=True, kw_only=True)
class Case:
    key: Key
    name: str
    made: Made
    body: Callable[[], bytes]


@dataclass(frozen=True, kw_only=True)
class Score:
    squares: int = 0
    right: int = 0
    invented: tuple[str, ...] = ()  # squares in which a number was read that does not stand there

    def __add__(self, other: Score) -> Score:
        return Score(
            squares=self.squares + other.squares,
            right=self.right + other.right,
            invented=self.invented + other.invented,
        )

    @property
    def share(self) -> float:
        """Of the squares, rounded down: one wrong in ten thousand shows."""
        return self.right * 10_000 // self.squares / 10_000


def whole() -> list[Case]:
    """Every rendering in every form, several reports each, and the real reports."""
    made = [(r, form, seed) for r in renderings() for form in r.forms for seed in range(1 if r.slow else SEEDS)]
    return [*(_case(*what) for what in made), *real()]


def sample() -> list[Case]:
    """Every quick rendering once, and the real reports."""
    cases = []
    for rendering in renderings():
        seed = zlib.crc32(f"{rendering.format} {rendering.name}".encode()) % 1000
        if not rendering.slow:
            cases.append(_case(rendering, rendering.forms[seed // len(SHARES) % len(rendering.forms)], seed))
    return [*cases, *real()]


def real() -> Iterator[Case]:
    """Real reports as a person read them."""
    pages = [(name, REPORTS / f"{name}.html", "+".join(golden(name)["forms"])) for name in NAMES]
    if REAL.is_dir():
        pages += [(name, REAL / file, form) for name, (file, form) in OUTSIDE.items()]
    for name, path, form in pages:
        seen = golden(name)
        made = Made(form=form, organ=seen["organ"], year=seen["year"], values=seen["facts"])
        yield Case(key=("real", form), name=name, made=made, body=path.read_bytes)


def measured(cases: Iterable[Case]) -> Iterator[tuple[Key, Score]]:
    """The score of each case, one by one."""
    for case in cases:
        result = compare(case.made, read(case.body()))
        invented = tuple(f"{case.name}: {i} is {is_}, read as {said}" for i, (is_, said) in result.wrong.items())
        yield case.key, Score(squares=len(case.made.values), right=result.right, invented=invented)


def summed(scores: Iterable[tuple[Key, Score]]) -> dict[Key, Score]:
    sums: dict[Key, Score] = {}
    for key, score in scores:
        sums[key] = sums.get(key, Score()) + score
    return sums


def _case(rendering: Rendering, form: str, seed: int) -> Case:
    made = blanked(make(form, seed), SHARES[seed % len(SHARES)], seed)
    name = f"{rendering.format} {rendering.name} {form} seed {seed}"
    return Case(key=(rendering.format, form), name=name, made=made, body=lambda: rendering.write(made, seed))
