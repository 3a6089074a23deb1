"""Makes demo/site, the portal's tree exactly as served, from the reports, the rows and the templates."""

from __future__ import annotations

from pathlib import Path

import click

from demo import attachments, pages
from demo.column import COLUMN, PAGES, READINGS, ROWS

HERE = Path(__file__).parent
SITE = HERE / "site"


def tree() -> dict[str, bytes]:
    """Every file of the site but the two attachments: path below the root -> bytes as served."""
    files = {
        path.relative_to(HERE / "static").as_posix(): path.read_bytes()
        for path in sorted((HERE / "static").rglob("*"))
        if path.is_file()
    }
    files["index.html"] = pages.home().encode()
    files |= {f"{path}/index.html": pages.hub(path).encode() for path in pages.HUBS}
    files[f"{READINGS}/index.html"] = pages.readings().encode()
    for number in range(len(PAGES)):
        name = "index.html" if number == 0 else f"index_{number}.html"
        files[f"{COLUMN}/{name}"] = pages.column_page(number).encode()
    for row in ROWS:
        if row.shape == "text":
            files[str(row.path)] = (HERE / "reports" / f"{row.report}.txt").read_bytes()
        else:
            files[str(row.path)] = pages.article(row).encode("gb18030" if row.shape == "plain" else "utf-8")
    return files


def build(site: Path) -> int:
    """Write the tree below `site`, leave all else there alone, and return the number of files."""
    files = tree()
    for name, body in files.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return len(files)


@click.command()
@click.option(
    "--attachments", "with_attachments", is_flag=True, help="Make the .docx and the .doc again with LibreOffice."
)
def main(with_attachments: bool) -> None:
    """Make the sample portal's site again."""
    click.echo(f"{build(SITE)} files written to {SITE}")
    if with_attachments:
        for path in attachments.make(SITE):
            click.echo(f"made {path}")


if __name__ == "__main__":
    main()
