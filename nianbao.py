"""The front door: the `nianbao` command."""

from __future__ import annotations

import click

from commands import crawling, exporting, finding, fixity, keeping, reading, reviewing, showing, storing, withholding
from commands.terminal import Door


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nianbao")
def main() -> None:
    """An archive of Chinese open-government-information annual reports (政府信息公开工作年度报告).

    \b
    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 some sources failed,
    4 interrupted and resumable, 10 integrity failure.
    """


for command in (
    finding.sources,
    crawling.crawl_command,
    reading.parse_command,
    reading.check_command,
    reading.rules_command,
    reading.extract_command,
    reading.explain_command,
    keeping.status_command,
    keeping.events_command,
    reviewing.review,
    withholding.withhold_group,
    keeping.index_command,
    fixity.verify_command,
    fixity.manifest_group,
    storing.store_command,
    keeping.import_command,
    exporting.export_command,
    exporting.apply_command,
    showing.serve_command,
    showing.demo_command,
):
    main.add_command(command)


if __name__ == "__main__":
    main()
