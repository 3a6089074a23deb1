"""What all tests share: names of cases that are the same in every process that collects them."""

from __future__ import annotations

import pytest

LONGEST = 8  # bytes that still say something to a reader


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Bytes made while collecting hold the time of day; two workers would not agree on what the test is called."""
    return argname if isinstance(val, bytes) and len(val) > LONGEST else None
