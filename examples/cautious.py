"""How many requests came in, by year: trusting every number, and only those that nothing speaks against.

python cautious.py RELEASE        needs pandas and pyarrow
"""

import sys
from pathlib import Path

import pandas

release = Path(sys.argv[1])
panel = pandas.read_parquet(release / "parquet" / "panel")
received = panel[panel.indicator == "requests.new.total"]

trusting = received[received.state == "number"]  # blank is not zero
cautious = trusting[(trusting.rules == "") & (trusting.agreement != "disagree") & (trusting.method != "ocr")]

coverage = pandas.read_csv(release / "csv" / "coverage.zip")
reports = coverage[coverage.indicator == "requests.new.total"].groupby("year").reports.sum()

table = pandas.DataFrame(
    {
        "trusting": trusting.groupby("year").value.sum(),
        "of_trusting": trusting.groupby("year").size(),
        "cautious": cautious.groupby("year").value.sum(),
        "of_cautious": cautious.groupby("year").size(),
        "reports": reports,
    }
)
# No cautious number is no sum of 0; only counts may be 0.
table[["of_trusting", "of_cautious"]] = table[["of_trusting", "of_cautious"]].fillna(0).astype(int)
print(table.to_csv(), end="")
