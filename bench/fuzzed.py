"""The children of bench/fuzz.py: one that reads mutated files until its time is up, one that reads a single file."""

from __future__ import annotations

import hashlib
import json
import os
import random
import resource
import sys
import traceback
from pathlib import Path

import click

ROOT = Path(__file__).parent.parent
SECONDS = 10  # of computing, for one file
MEMORY = 1024 * 1024 * 1024  # bytes


def check(body: bytes) -> None:
    """What must hold for any bytes: they end in a Parsed that can be written down, and explained."""
    from parsers.explain import explain
    from parsers.marked import marked
    from parsers.output import as_json
    from parsers.pipeline import parse, readings
    from tests.reports import captured

    json.dumps(as_json(parse(captured(), body)), ensure_ascii=False).encode()
    if hashlib.sha256(body).digest()[0] < 16:  # the other two ways to show it, for one in sixteen
        found = readings(captured(), body)
        "\n".join([*explain(found), *marked("x", found)]).encode()


@click.group()
def main() -> None:
    os.environ["PATH"] = ""  # no LibreOffice: it is not what is tested


@main.command()
@click.argument("work", type=click.Path(path_type=Path))
@click.argument("reader")
@click.argument("seed", type=int)
@click.argument("seconds", type=int)
def mutate(work: Path, reader: str, seed: int, seconds: int) -> None:
    """Keep what fails in `work`, each failure once; one that takes too long or too much ends the process."""
    import atheris

    with atheris.instrument_imports(include=["parsers", "pdfminer", "zipfile"]):
        import parsers.pipeline
        import parsers.readers.pdf  # noqa: F401
    from bench.mutations import mutated

    known = {path.read_text(encoding="utf-8").splitlines()[0] for path in work.glob("*.txt")}
    others = [path.read_bytes() for path in sorted((work / "corpus").iterdir())]
    ran = 0

    def read(body: bytes) -> None:
        nonlocal ran
        ran += 1
        if ran % 20 == 0:
            (work / f"ran-{seed}").write_text(str(ran), encoding="ascii")
        try:
            check(body)
        except Exception as error:  # noqa: BLE001  whatever it is, it is what is looked for
            if (place := _place(error)) not in known:
                known.add(place)
                name = hashlib.sha256(body).hexdigest()[:16]
                (work / f"{name}.bin").write_bytes(body)
                said = f"{place}\n{traceback.format_exc()}"
                (work / f"{name}.txt").write_text(said, encoding="utf-8", errors="backslashreplace")

    def change(body: bytes, largest: int, chance: int) -> bytes:
        rng = random.Random(chance)
        return bytes(atheris.Mutate(body, largest)) if rng.random() < 0.1 else mutated(body, others, rng)[:largest]

    flags = [f"-max_total_time={seconds}", f"-timeout={SECONDS}", f"-rss_limit_mb={MEMORY >> 20}", f"-seed={seed}"]
    flags += ["-len_control=0", "-max_len=300000", f"-artifact_prefix={work}/died-"]
    atheris.Setup([sys.argv[0], *flags, str(work / "corpus")], read, custom_mutator=change)
    atheris.Fuzz()


def _place(error: BaseException) -> str:
    """Its kind and the last of our functions that it came through: two inputs with the same are one finding."""
    ours = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(str(ROOT))]
    return f"{type(error).__name__} in {Path(ours[-1].filename).relative_to(ROOT)}:{ours[-1].name}"


@main.command()
@click.argument("path", type=click.Path(path_type=Path))
def replay(path: Path) -> None:
    """Read one file under the same limits, and tell what it took."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS + 1, SECONDS + 1))
    check(path.read_bytes())
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    taken = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    click.echo(f"{taken:.1f} s, {max(own.ru_maxrss, children.ru_maxrss) >> 10} MB")
    if taken > SECONDS:
        sys.exit(f"{taken:.1f} s")


if __name__ == "__main__":
    main()
