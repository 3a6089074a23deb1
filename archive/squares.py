"""What a square of a form is called in the words of a language."""

from __future__ import annotations

from collections.abc import Mapping


def called(words: Mapping[str, str], indicator: str) -> str:
    """A square, or a whole row, by its words; what is of another form as it is called in the data."""
    row, _, column = indicator.rpartition(".")
    whole = words.get(f"form_row.{indicator}", indicator)
    of_table = f"{indicator.partition('.')[0]}.{column}"  # what a review ended in is no other applicant
    parts = words.get(f"form_row.{row}"), words.get(f"form_column.{of_table}", words.get(f"form_column.{column}"))
    return " · ".join(filter(None, parts)) if all(parts) else words.get(f"measure.{indicator}", whole)
