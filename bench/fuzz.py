"""Hostile input: mutated reports, guided by coverage, each of which must end in a Parsed within limits.

    python bench/fuzz.py --reader html --minutes 10 [--seed N]

needs the extra `fuzz`. A child with limits reads (bench/fuzzed.py); an exception out of `parse`, more than 10 s or more
than 1 GB for one input is a finding: it is kept in build/fuzz/ and told. What ended a child is read again by itself
first: a busy machine is slow as well, and the fuzzer's own memory grows with what it keeps. Exit code 1 if anything
was found.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

from bench.corpus import READERS, seeds

ROOT = Path(__file__).parent.parent
CHILD = (sys.executable, "-m", "bench.fuzzed")
FOUND = ROOT / "build" / "fuzz"


@click.command()
@click.option("--reader", type=click.Choice([*READERS, "pipeline"]), required=True)
@click.option("--minutes", default=10.0, show_default=True, type=click.FloatRange(0, min_open=True))
@click.option("--seed", default=1, show_default=True, type=click.IntRange(1))
def main(reader: str, minutes: float, seed: int) -> None:
    FOUND.mkdir(parents=True, exist_ok=True)
    end = time.monotonic() + minutes * 60
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "corpus").mkdir()
        for n, body in enumerate(seeds(reader)):
            (work / "corpus" / f"{n:03}").write_bytes(body)
        child = seed
        while (left := int(end - time.monotonic())) > 0:
            with (work / "log").open("wb") as log:
                command = [*CHILD, "mutate", str(work), reader, str(child), str(left)]
                code = subprocess.run(command, cwd=ROOT, stdout=log, stderr=log, check=False).returncode
            child += 1
            died = list(work.glob("died-*"))
            found += [f"{path.name}: {said}" for path in died if (said := _kept(path, reader))]
            if code and not died:
                sys.exit((work / "log").read_text(errors="replace")[-2000:])
        for text in work.glob("*.txt"):
            found.append(f"{text.stem}.bin: {text.read_text(encoding='utf-8').splitlines()[0]}")
            for path in (text, text.with_suffix(".bin")):
                shutil.copy(path, FOUND / f"{reader}-{path.name}")
        ran = sum(int(path.read_text()) for path in work.glob("ran-*"))
    print(f"{reader}: {minutes:g} minutes, seed {seed}, {child - seed} children, {ran} inputs, {len(found)} findings")
    for line in found:
        print(f"  {reader}-{line}")
    sys.exit(bool(found))


def _kept(path: Path, reader: str) -> str:
    """Why a file that ended a child fails by itself as well, "" if it does not; kept if so."""
    done = subprocess.run([*CHILD, "replay", str(path)], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        path.rename(FOUND / f"{reader}-{path.name}")
        return (done.stderr.strip().splitlines() or [f"ended by signal {-done.returncode}"])[-1]
    path.unlink()
    return ""


if __name__ == "__main__":
    main()
