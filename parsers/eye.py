"""Lines of text in a picture: where they stand, and which characters they show; by way of the extra `ocr`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from parsers.document import Unreadable
from parsers.straight import Grey

HEIGHT = 48  # pixels that the model wants a line to have
WIDTHS = 64  # a line is filled up to a multiple of this, so that its reading does not hang on its neighbours
WIDEST = 3200
BATCH = 5120  # pixels of the lines that are read at once
MOST = 400_000  # pixels of the lines of one picture, side by side; a page full of text has 80,000
SHORTEST = 736  # pixels; the model enlarges a picture with a shorter side, and would a speck to gigabytes

_DETECT, _RECOGNISE = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What one line shows."""

    text: str
    sure: tuple[float, ...]  # 0 to 1, for each character


def read(lines: Sequence[Grey]) -> list[Seen]:
    """The characters of each line; a line's picture ends shortly above, below and beside its text."""
    if sum(_width(line) for line in lines) > MOST:
        raise Unreadable("the picture shows more text than the pages of a report")
    sized = [_sized(line) for line in lines]
    different = {line.tobytes(): line for line in sized}  # most squares of a form look like each other
    found: dict[bytes, Any] = {}
    ordered = sorted(different.values(), key=lambda line: line.shape[1])
    for _, group in groupby(ordered, key=lambda line: line.shape[1]):
        same = list(group)
        step = max(BATCH // same[0].shape[1], 1)
        for begin in range(0, len(same), step):
            some = same[begin : begin + step]
            found.update(zip((line.tobytes() for line in some), _guesses(some), strict=True))
    return [_decoded(found[line.tobytes()]) for line in sized]


def boxes(picture: Grey) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of each line of text."""
    engine = _engine()
    with _said():
        found = engine(np.dstack([filled(picture)] * 3), use_det=True, use_cls=False, use_rec=False)
    if found.boxes is None:
        return []
    corners = ((*box.min(axis=0).tolist(), *box.max(axis=0).tolist()) for box in found.boxes)
    return [(x0, top, x1, bottom) for x0, top, x1, bottom in corners]


def filled(picture: Grey) -> Grey:
    """The picture with paper below and beside it, if it is a strip."""
    height, width = picture.shape
    below, beside = max(SHORTEST - height, 0), max(SHORTEST - width, 0)
    return np.pad(picture, ((0, below), (0, beside)), constant_values=int(np.median(picture))).astype(np.uint8)


def _width(line: Grey) -> int:
    wide = int(line.shape[1] * HEIGHT / line.shape[0] + 0.5)
    return min(max(wide, 1), WIDEST)


def _sized(line: Grey) -> Grey:
    import cv2

    wide = _width(line)
    smooth = cv2.INTER_AREA if line.shape[0] > HEIGHT else cv2.INTER_CUBIC
    sized = cv2.resize(line, (wide, HEIGHT), interpolation=smooth)
    paper = int(np.median(line))
    return np.pad(sized, ((0, 0), (0, -wide % WIDTHS)), constant_values=paper).astype(np.uint8)


def _guesses(lines: Sequence[Grey]) -> Any:
    batch = (np.stack(lines).astype(np.float32) / 255 - 0.5) / 0.5
    session = _engine().text_rec.session
    with _said():
        return session(np.repeat(batch[:, None], 3, axis=1))


@contextmanager
def _said() -> Iterator[None]:
    """The model has errors of its own, running out of memory among them, which no base class tells from others."""
    try:
        yield
    except Exception as error:
        raise Unreadable("the model that reads pictures failed: " + " ".join(str(error).split())[:200]) from error


def _decoded(guesses: Any) -> Seen:
    """The likeliest character at each step; the same one at steps that follow each other is one character."""
    best, odds = guesses.argmax(axis=1), guesses.max(axis=1)
    names, text, sure = _names(), [], []
    for name, run in groupby(range(len(best)), key=lambda step: best[step]):
        steps = list(run)
        if name:  # 0 is none
            text.append(names[name])
            sure.append(float(odds[steps].max()))
    return Seen(text="".join(text), sure=tuple(sure))


@cache
def _names() -> list[str]:
    names: list[str] = _engine().text_rec.postprocess_op.character
    return names


@cache
def _engine() -> Any:
    """One thread and models by their path: always the same result, and nothing is ever downloaded."""
    import rapidocr
    from rapidocr import RapidOCR

    models = Path(rapidocr.__file__).parent / "models"
    engine = RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_preprocess_img": False,
            "Global.use_vertical_padding": False,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.model_path": str(models / _DETECT),
            "Rec.model_path": str(models / _RECOGNISE),
        }
    )
    engine._load_rec_model()  # type: ignore[no-untyped-call]
    return engine
