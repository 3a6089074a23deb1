"""A picture of a page made straight and measured: its characters' height, its contrast, its noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]  # a picture, 0 is black

EM = 10.5  # points: what the characters of a form are high
READABLE = (6, 200)  # pixels that a character may be high in the picture as it came
WANTED = (26, 40)  # in the picture as it is read
USUAL_EM = 0.85  # of a character: what most of them are high
LEAN = 5.0  # degrees that a page may lie askew
LARGEST = 16_000_000  # pixels of the picture as it is read; more are made fewer
LONGEST = 60_000  # pixels of a side
LOOKED_AT = 4_000_000  # pixels in which straight lines are looked for
BACKDROP = 8.0  # pixels: what changes more slowly is no noise
NOISY = 0.04  # of the contrast: more noise is smoothed away before ink is looked for
SMOOTH = 1.0  # pixels


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A page that lies straight."""

    grey: Grey
    calm: Grey  # the same without its noise
    em: float  # pixels that its characters are high
    contrast: float  # between paper and ink
    lean: float = 0.0  # degrees against the clock that made it straight

    @property
    def scale(self) -> float:
        """Points in a pixel."""
        return EM / self.em


def picture_of(grey: Grey) -> Picture | None:
    """None where nothing is printed that could be text."""
    if min(grey.shape) < READABLE[0] or max(grey.shape) > LONGEST:
        return None
    grey = resized(np.ascontiguousarray(grey), min((LARGEST / grey.size) ** 0.5, 1.0))
    calm = _calm(grey)
    em = _em(calm)
    if em is None:
        return None
    factor = min(max(WANTED[0] / em, 1.0), (LARGEST / grey.size) ** 0.5) if em < WANTED[1] else WANTED[1] / em
    grey, calm = resized(grey, factor), calm if calm is grey and factor == 1.0 else resized(calm, factor)
    lean = _lean(calm)
    contrast = max(_contrast(calm), 1.0)
    return Picture(grey=_turned(grey, lean), calm=_turned(calm, lean), em=em * factor, contrast=contrast, lean=lean)


def resized(grey: Grey, factor: float) -> Grey:
    """The picture with its sides so many times as long."""
    import cv2

    if factor == 1.0:
        return grey
    smooth = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    height, width = (max(round(side * factor), 1) for side in grey.shape)
    return cv2.resize(grey, (width, height), interpolation=smooth).astype(np.uint8)


def _contrast(grey: Grey) -> float:
    return float(np.median(grey)) - float(np.percentile(grey, 0.5))


def _calm(grey: Grey) -> Grey:
    """Smoothed, if there is noise: what differs from its surroundings in the lighter half, which is paper."""
    import cv2

    backdrop = cv2.GaussianBlur(grey, (0, 0), BACKDROP)
    paper = backdrop >= np.median(backdrop)
    noise = 1.48 * float(np.median(cv2.absdiff(grey, backdrop)[paper]))
    if noise <= NOISY * _contrast(grey):
        return grey
    return cv2.GaussianBlur(grey, (0, 0), SMOOTH).astype(np.uint8)


def _em(grey: Grey) -> float | None:
    import cv2

    dark = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 41, 20)
    _, _, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    wide, high = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    likely = high[(high >= READABLE[0]) & (high <= READABLE[1]) & (wide > 0.2 * high) & (wide < 1.6 * high)]
    return float(np.percentile(likely, 80)) / USUAL_EM if len(likely) else None


def _lean(grey: Grey) -> float:
    """The angle of the long straight lines, in degrees; upright ones count as if they were level."""
    import cv2

    small = resized(grey, min((LOOKED_AT / grey.size) ** 0.5, 1.0))
    found = cv2.createLineSegmentDetector().detect(small)[0]
    if found is None:
        return 0.0
    x0, y0, x1, y1 = found.reshape(-1, 4).T
    long = np.hypot(x1 - x0, y1 - y0)
    angles = (np.degrees(np.arctan2(y1 - y0, x1 - x0)) + 45) % 90 - 45
    kept = (long > 0.05 * small.shape[1]) & (abs(angles) < LEAN)
    if not kept.any():
        return 0.0
    order = np.argsort(angles[kept])
    weights = np.cumsum(long[kept][order])
    return float(angles[kept][order][np.searchsorted(weights, weights[-1] / 2)])


def _turned(grey: Grey, lean: float) -> Grey:
    import cv2

    if abs(lean) < 0.05:
        return grey
    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), lean, 1.0)
    paper = float(np.median(grey))
    return cv2.warpAffine(grey, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(paper,)).astype(np.uint8)
