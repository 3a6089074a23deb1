"""Where each province stands on a map of equal squares, near to where it lies; no geometry that would need approval.

Columns and rows count from the north-west. Whom the regulation does not bind is shown, and has no number.
"""

from __future__ import annotations

from collections.abc import Mapping

TILES: Mapping[str, tuple[int, int]] = {
    "23": (7, 0),
    "15": (4, 1),
    "22": (7, 1),
    "65": (0, 2),
    "62": (2, 2),
    "64": (3, 2),
    "14": (4, 2),
    "11": (5, 2),
    "12": (6, 2),
    "21": (7, 2),
    "54": (0, 3),
    "63": (1, 3),
    "61": (3, 3),
    "41": (4, 3),
    "13": (5, 3),
    "37": (6, 3),
    "51": (2, 4),
    "50": (3, 4),
    "42": (4, 4),
    "34": (5, 4),
    "32": (6, 4),
    "31": (7, 4),
    "53": (2, 5),
    "52": (3, 5),
    "43": (4, 5),
    "36": (5, 5),
    "33": (6, 5),
    "45": (4, 6),
    "44": (5, 6),
    "35": (6, 6),
    "71": (7, 6),
    "46": (4, 7),
    "82": (5, 7),
    "81": (6, 7),
}
NOT_BOUND = ("71", "81", "82")
