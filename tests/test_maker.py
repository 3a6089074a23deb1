"""Made reports in every mark-up: every square is read as it was made."""

from __future__ import annotations

import pytest

from tests.maker.compare import compare
from tests.maker.html import STYLES, Style
from tests.maker.report import blanked, make
from tests.reports import read


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize(("name", "style"), STYLES, ids=[name for name, _ in STYLES])
def test_every_square_is_read_in_every_style(name: str, style: Style, form: str) -> None:
    for seed, share in enumerate((0, 0.1, 0.3, 0.6)):
        made = blanked(make(form, seed), share, seed)
        result = compare(made, read(style(made, seed)))
        assert not result.wrong
        assert not result.lost
