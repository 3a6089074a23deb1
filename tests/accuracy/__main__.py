"""How much is read right, by format and form: `python -m tests.accuracy`."""

from __future__ import annotations

import sys

import click

from commands.terminal import bar
from tests.accuracy import converted, floors, measure


@click.command()
@click.option("--sample", is_flag=True, help="Only what tests/test_accuracy.py measures.")
@click.option("--office", is_flag=True, help="Only what LibreOffice makes of Word files.")
@click.option("--raise", "raises", is_flag=True, help="Write the floors that rose; nothing is ever lowered.")
def main(sample: bool, office: bool, raises: bool) -> None:
    """Reads made reports in every rendering, and the real ones; fails below a floor or on an invented number."""
    which = "sample" if sample else "office" if office else "whole"
    cases = {"sample": measure.sample, "office": converted.office, "whole": measure.whole}[which]()
    scores: dict[measure.Key, measure.Score] = {}
    with bar("reading", len(cases)) as step:
        for key, score in measure.measured(cases):
            scores[key] = scores.get(key, measure.Score()) + score
            step(1)
    known = floors.load(which)
    for (format_, form), score in sorted(scores.items()):
        floor = known.get(format_, {}).get(form)
        line = f"{format_:<10} {form:<9} {score.squares:>7} squares {score.share:8.2%} right"
        click.echo(f"{line}, {len(score.invented)} invented" + (f", floor {floor:.2%}" if floor is not None else ""))
    if raises:
        floors.raise_to(which, scores)
        known = floors.load(which)
    found = floors.faults(scores, known)
    for fault in found:
        click.echo(fault, err=True)
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
