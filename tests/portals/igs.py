"""Lists from search services: Nanjing's IGS, and Fujian's behind a printed first page, as Pingtan has it."""

from __future__ import annotations

from tests.portal import Answer, Asked
from tests.portals import Line, Site, answer, html, items, number
from tests.portals.hubs import columns, folder, part
from tests.portals.levels import SLUGS, Levels

COLUMN = "/zwgk/zfxxgknb/index.htm"
IGS = "/igs/front/search/publish/data/list.html"
QUERY = "index=wzqsearch-v20190124&type=infomation&siteId=3&pageSize=20&filter[SITEID]=3&filter[CHANNELID]=21985"
FUJIAN = "/fjdzapp/search"
ROW = "<dl><dd><a href='{href}' title='{title}'>{title}</a></dd><dd>\n      {date}\n  </dd></dl>"


def path(line: Line) -> str:
    """Dates in the address that differ from those beside it."""
    return f"/zwgk/zfxxgknb/{line.year + 1}03/t{line.year + 1}0313_{105000 + line.number}.htm"


def nanjing() -> Site:
    """All from the service, whose times are UTC."""
    site = Site(column=COLUMN, path=path)
    script = f"$.getJSON('{IGS}?{QUERY}&pageIndex='+page, show)".replace("'+page", "1'")
    site.pages[COLUMN] = html(f"<html><body><ul id='list'></ul><script>{script}</script></body></html>")

    def search(asked: Asked) -> Answer:
        assert asked.fields["filter[CHANNELID]"] == "21985"
        rows = []
        for line in site.part((number(asked, "pageIndex") - 1) * 20, 20):
            day = int(line.date[-2:]) - 1
            utc = f"{line.date[:8]}{day:02}T16:00:00.000Z"
            rows.append({"DOCTITLE": line.title, "DOCPUBURL": path(line), "DOCFIRSTPUBTIME": utc, "DOCRELTIME": utc})
        return answer({"total": len(site.lines), "rows": rows})

    site.pages[IGS] = search
    return site


def fujian(*, dead: bool = False) -> Site:
    """Ten rows are printed, the others come by POST; `dead`: the service does not answer."""
    site = Site(column=COLUMN, path=path)
    script = (
        "var SiteInfo = { //searchId: 1,\n searchId: 200210, };\n"
        "require(['list2.trsapi'], function(listModel) { listModel({ quickMode: '动静结合', maxStaticIndex: 1,\n"
        "listArgs: { channelid: SiteInfo.searchId, classsql: '' || 'chnlid=1813',"
        " sortfield: '-docorderpri,-docreltime' },"
        f" pagebar: {{ prepage: 10, recordCount: '{len(site.lines)}' }} }}); }});"
    )
    template = "<dl ms-repeat='list'><dd><a ms-attr-href='el.chnldocurl' ms-text='el.doctitle'></a></dd></dl>"
    printed = items(site.part(0, 10), path, ROW)
    site.pages[COLUMN] = html(f"<html><body><div>{printed}</div>{template}<script>{script}</script></body></html>")

    def search(asked: Asked) -> Answer:
        assert (asked.method, asked.fields["channelid"]) == ("POST", "200210")
        assert asked.fields["classsql"] == "chnlid=1813"
        size = number(asked, "prepage")
        found = [
            {
                "doctitle": line.title,
                "docreltime": f"{line.date} 00:00:00",
                "chnldocurl": f"http://{asked.headers['Host']}{path(line)}",
            }
            for line in site.part((number(asked, "page") - 1) * size, size)
        ]
        return answer({"count": str(len(site.lines)), "data": found})

    if not dead:
        site.pages[FUJIAN] = search
    return site


def levels() -> Levels:
    """A channel of the search for each organ, five rows an answer."""
    site = Levels(column=folder(0), path=path)
    query = QUERY.replace("pageSize=20", "pageSize=5").replace("21985", "{}")
    shell = f"<ul id='list'></ul><script>$.getJSON('{IGS}?{query}&pageIndex=1', show)</script>"
    columns(site, [shell.format(21980 + organ) for organ in range(len(SLUGS))])

    def search(asked: Asked) -> Answer:
        lines = site.of(number(asked, "filter[CHANNELID]") - 21980)
        found = part(lines, (number(asked, "pageIndex") - 1) * 5, 5)
        rows = [{"DOCTITLE": line.title, "DOCPUBURL": path(line), "DOCRELTIME": line.date} for line in found]
        return answer({"total": len(lines), "rows": rows})

    site.pages[IGS] = search
    return site
