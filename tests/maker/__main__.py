"""How much of made reports is read: `python -m tests.maker --seeds 200`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import click

from tests.maker.compare import Result, compare
from tests.maker.flat import LAYOUTS, varied
from tests.maker.html import STYLES, mixed
from tests.maker.report import Made, blanked, make
from tests.reports import read

SHARES = (0.0, 0.1, 0.3, 0.6)


def reports(form: str, seeds: int) -> Iterator[tuple[int, Made]]:
    """Reports of a form, a quarter each with 0, 10, 30 and 60 % of blanks."""
    for seed in range(seeds):
        yield seed, blanked(make(form, seed), SHARES[seed % len(SHARES)], seed)


def results(form: str, seeds: int, *, flat: bool) -> Iterator[tuple[str, int, Result]]:
    """Style, seed, and what a reading got right."""
    for seed, made in reports(form, seeds):
        if flat:
            for name, layout in LAYOUTS:
                kind = "full" if seed % len(SHARES) == 0 else "blanks"
                yield f"{name}, {kind}", seed, compare(made, read(layout(made, seed)))
                yield f"{name}, {kind}, varied", seed, compare(made, read(varied(layout, seed)(made, seed)))
            continue
        for name, style in (*STYLES, ("mixed", mixed(seed))):
            yield name, seed, compare(made, read(style(made, seed)))


@click.command()
@click.option("--seeds", default=20, show_default=True)
@click.option("--form", "forms", multiple=True, default=("2019", "2021"))
@click.option("--flat", is_flag=True, help="Text whose grid was lost, instead of HTML.")
def main(seeds: int, forms: tuple[str, ...], flat: bool) -> None:
    for form in forms:
        counts: dict[str, Counter[str]] = {}
        for name, seed, result in results(form, seeds, flat=flat):
            count = counts.setdefault(name, Counter())
            count += Counter(right=result.right, wrong=len(result.wrong), lost=len(result.lost))
            count += Counter(unreported=len(result.unreported))
            if result.wrong or result.lost:
                count["seeds"] += 1
                if count["seeds"] <= 3:
                    click.echo(
                        f"  {name} {form} seed {seed}: wrong {len(result.wrong)}, lost {sorted(result.lost)[:4]}"
                    )
        for name, count in counts.items():
            whole = count["right"] + count["lost"] + count["wrong"]
            click.echo(
                f"{form} {name:<38} {count['right'] / whole:8.2%} right, {count['lost']} lost"
                f" ({count['unreported']} unreported), {count['wrong']} wrong"
            )


if __name__ == "__main__":
    main()
