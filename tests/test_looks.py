"""What the next crawl of a portal asks for, read off the portal's own log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from lxml import html

from archive.checking import events
from archive.store import Archive
from crawler.conditions import NAMES
from parsers.forms import INDICATORS
from parsers.pipeline import VERSION, parse
from tests.ageing import age
from tests.datasette_server import get, serving
from tests.history import page as report_page
from tests.history import report, told
from tests.portal import COLUMN, Answer, Asked, Pages, Portal, crawl, list_page, page

JANUARY, FUTURE = "Fri, 28 Jan 2022 01:02:03 GMT", "Fri, 28 Jan 2999 01:02:03 GMT"
MONTH = COLUMN + "202201/"
BUREAUS = {name: f"青石县{name}" for name in ("财政局", "教育局", "水利局", "民政局", "司法局")}


class House:
    """An archive of one portal, and what fills it."""

    def __init__(self, directory: Path, portal: Portal) -> None:
        self.archive, self.portal = directory / "data", portal

    def crawl(self, days: float = 0) -> tuple[list[tuple[str, str]], dict[str, Any]]:
        """Crawl, so many days later: what the portal was asked with which condition, and what the crawl said."""
        if days:
            age(self.archive, days)
        before = len(self.portal.asked)
        said = crawl(self.archive, self.portal.source(), forms=True)
        assert "Traceback" not in said["log"]
        return sorted(map(asked, self.portal.asked[before:])), said["results"]["qingshi"]

    def captures(self, path: str, what: str = "status, record") -> list[tuple[Any, ...]]:
        query = (
            f"SELECT {what} FROM snapshots s LEFT JOIN readings ON snapshot = s.id"
            " WHERE url = ? ORDER BY timestamp, filename, offset"
        )
        with Archive.open_readonly(self.archive) as archive:
            return archive.db.execute(query, (self.portal.url + path,)).fetchall()

    def events(self) -> list[str]:
        """Read what was not read yet, and say what happened."""
        with Archive.open(self.archive, INDICATORS) as archive:
            for snapshot in archive.unparsed(VERSION):
                archive.replace_parsed(snapshot, parse(snapshot, archive.body(snapshot)))
            events.recompute(archive.db, archive.tables)
            return [event["kind"] for event in told(archive)]


def asked(request: Asked) -> tuple[str, str]:
    (*_, condition) = ("", *(f"{name}: {request.headers[name]}" for name in NAMES if name in request.headers))
    return request.path, condition


def kept(answer: Answer, *, etag: str = "", modified: str = "", told: str | None = None) -> Callable[[Asked], Answer]:
    """A page that says whether it changed; `told` is the ETag that it says so with."""
    named = {"ETag": etag} if etag else {}
    headers = {**answer.headers, **named, **({"Last-Modified": modified} if modified else {})}

    def answered(request: Asked) -> Answer:
        same = (etag and request.headers.get("If-None-Match") == etag) or (
            modified and request.headers.get("If-Modified-Since") == modified
        )
        if same:
            return Answer(status=304, headers=named if told is None else {"ETag": told})
        return replace(answer, headers=headers)

    return answered


def shown(name: str, visits: int = 1, seed: int = 1) -> Answer:
    return Answer(body=report_page(report(BUREAUS[name], seed=seed), visits=visits))


def listed(*numbers: int, pages: int = 1) -> Answer:
    """A list of these pages."""
    return list_page([(at(n), f"{n}镇2021年政府信息公开工作年度报告", "2022-01-28") for n in numbers], pages)


def at(n: int) -> str:
    return f"{MONTH}t20220128_{n}.html"


def test_an_unchanged_portal_costs_its_lists_and_the_due_looks(tmp_path: Path) -> None:
    notice = page("<h1>关于做好2021年政府信息公开年度报告编制工作的通知</h1><p>各有关单位：请于3月1日前报送。</p>")
    pages: Pages = {
        "/robots.txt": kept(Answer(body=b"User-agent: *\nDisallow:\n"), etag='"robots"'),
        COLUMN: kept(listed(1, 2, 3, 4, pages=2), etag='W/"list"'),
        COLUMN + "index_1.html": kept(listed(5, 6, pages=2), modified=JANUARY),
        at(1): kept(shown("财政局"), etag='"a"', modified=JANUARY),
        at(2): kept(shown("教育局"), modified=JANUARY),
        at(3): shown("水利局"),
        at(4): Answer(status=301, headers={"Location": "/moved/d.html"}),
        "/moved/d.html": kept(shown("民政局"), etag='W/"d"'),
        at(5): kept(notice, etag='"e"'),
    }
    lists = [("/robots.txt", ""), (COLUMN, ""), (COLUMN + "index_1.html", "")]
    looks = [
        ("/moved/d.html", 'If-None-Match: W/"d"'),
        (at(1), 'If-None-Match: "a"'),
        (at(2), f"If-Modified-Since: {JANUARY}"),
        *((at(n), "") for n in (3, 4, 6)),
    ]
    with Portal(pages) as portal:
        house = House(tmp_path, portal)
        first, said = house.crawl()
        assert first == sorted((name, "") for name in [*pages, at(6)])
        assert {said[name] for name in ("changed", "unchanged", "confirmed", "archived")} == {0}
        assert (said["new"], said["captured"]) == (11, 11)  # and the canary: a notice is not what its link says
        assert house.events() == ["published"] * 4

        assert house.crawl()[0] == []  # the lists are fresh, and nothing is due
        # Eight days: lists are not believed any longer than seven; a notice is not looked at before a month has passed.
        again, said = house.crawl(8)
        assert again == sorted([*lists, *looks])
        assert (said["confirmed"], said["unchanged"], said["changed"], said["new"]) == (3, 6, 0, 0)
        assert said["captured"] == 9
        assert said["archived"] == 1

        third, said = house.crawl(2)
        conditions = ['If-None-Match: "robots"', 'If-None-Match: W/"list"', f"If-Modified-Since: {JANUARY}"]
        assert third == sorted((name, sent) for (name, _), sent in zip(lists, conditions, strict=True))
        assert (said["confirmed"], said["archived"]) == (3, 7)
        assert said["rows"] == 6  # the archived lists were read
        assert house.crawl()[0] == []  # and what was confirmed is as fresh as what was had

        # Of what no list names any more only the reports are asked for, when they are due.
        portal.pages[COLUMN], portal.pages[COLUMN + "index_1.html"] = listed(3), Answer(status=404)
        month, _ = house.crawl(30)
        assert month == sorted([*lists[:2], *(look for look in looks if look[0] not in (at(4), at(6)))])
        assert house.crawl(2)[0] == [(COLUMN, ""), ("/robots.txt", 'If-None-Match: "robots"')][::-1]
        assert house.events() == ["published"] * 4
    assert house.captures(at(1)) == [(200, "response"), (304, "revisit"), (304, "revisit")]
    assert house.captures(at(3)) == [(200, "response"), (200, "revisit"), (200, "revisit")]


def test_a_counter_is_no_new_version_and_an_edit_is(tmp_path: Path) -> None:
    visits = 0

    def counted(_: Asked) -> Answer:
        nonlocal visits
        visits += 1
        return shown("财政局", visits=visits)

    with Portal({COLUMN: listed(1), at(1): counted}) as portal:
        house = House(tmp_path, portal)
        house.crawl()
        assert house.events() == ["published"]
        looks, said = house.crawl(8)
        assert (at(1), "") in looks
        assert said["changed"] == 1  # of the bytes
        assert house.events() == ["published"]
        # Not read yet or read: a counter starts no new schedule.
        assert (at(1), "") not in house.crawl(2)[0]
        assert house.captures(at(1)) == [(200, "response")] * 2
        assert house.captures(at(1), "count(DISTINCT digest), count(DISTINCT content)") == [(2, 1)]

        portal.pages[at(1)] = shown("财政局", visits=9, seed=2)
        assert (at(1), "") in house.crawl(30)[0]
        assert house.events() == ["published", "edited"]
        with serving(house.archive, log=tmp_path / "log") as server:
            shown_there = html.fromstring(get(f"{server}/report/{quote(BUREAUS['财政局'])}/2021").text)
        first, second = shown_there.cssselect("section[aria-labelledby=readings] > div tbody tr")
        assert "当前所用" in first.text_content()
        assert "另有 1 次采集内容相同" in second.text_content()
        portal.pages[at(1)] = counted
        assert (at(1), "") in house.crawl(2)[0]  # the schedule begins anew
        assert house.events() == ["published", "edited", "edited"]  # and is taken back


def test_portals_that_lie(tmp_path: Path) -> None:
    """What they say is kept as they say it; what confirms nothing is an error, and the page is asked for in full."""
    changing = iter(range(100))
    robots = Answer(body=b"User-agent: *\nDisallow: /closed/\n")
    pages: Pages = {
        "/robots.txt": lambda request: Answer(status=304) if len(portal.asked) == 1 else robots,
        COLUMN: listed(*range(1, 8)),
        at(1): Answer(status=304),
        at(2): kept(shown("财政局"), etag='"2"', told='"another"'),
        at(3): lambda _: replace(shown("教育局"), headers={"ETag": f'"{next(changing)}"'}),
        at(4): kept(shown("水利局"), etag='W/"4"', told='"4"'),
        at(5): kept(shown("民政局"), modified=FUTURE),
        at(6): kept(shown("司法局"), etag='"6"'),
        at(7): kept(page("七"), etag='"7"'),
    }
    with Portal(pages) as portal:
        house = House(tmp_path, portal)
        first, said = house.crawl()
        twice = [("/robots.txt", ""), (at(1), "")]
        assert first == sorted([*((name, "") for name in pages), *twice])
        assert said["errors"] == 4  # three 304s that nobody had asked for, and the page that never came
        assert house.captures(at(1)) == [(304, "response")] * 2
        assert house.captures("/robots.txt") == [(304, "response"), (200, "response")]

        portal.pages[at(6)] = Answer(status=302, headers={"Location": "/moved/6.html"})
        portal.pages["/moved/6.html"] = shown("司法局")
        portal.pages[at(7)] = Answer(status=500)
        again, said = house.crawl(8)
        assert again == sorted(
            [
                ("/robots.txt", ""),
                (COLUMN, ""),
                *[(at(1), "")] * 2,
                *[(at(2), 'If-None-Match: "2"'), (at(2), "")],
                (at(3), 'If-None-Match: "0"'),
                (at(4), 'If-None-Match: W/"4"'),
                (at(5), ""),
                *[(at(6), 'If-None-Match: "6"'), ("/moved/6.html", "")],
                *[(at(7), 'If-None-Match: "7"'), (at(7), ""), (at(7), "")],
            ]
        )
        assert (said["confirmed"], said["errors"]) == (1, 5)
        assert (said["unchanged"], said["changed"], said["new"]) == (7, 2, 1)
        # What began two days ago is due; what cannot be had for longer is asked for seldom, and stays an error.
        third, said = house.crawl(2)
        begun = [(at(6), ""), ("/moved/6.html", ""), *[(at(7), "")] * 3]
        assert third == sorted([("/robots.txt", ""), (COLUMN, ""), *begun])
        assert said["errors"] == 2
        fourth, said = house.crawl(1)
        assert fourth == [("/robots.txt", ""), (COLUMN, "")]
        assert (said["errors"], said["archived"]) == (2, 8)
    assert house.captures(at(2)) == [(200, "response"), (304, "response"), (200, "revisit")]
    assert house.captures(at(3)) == [(200, "response"), (200, "revisit")]
    assert house.captures(at(4)) == [(200, "response"), (304, "revisit")]
    with Archive.open_readonly(house.archive) as archive:
        confirmed = archive.latest(portal.url + at(4))
        assert confirmed
        assert archive.body(confirmed) == shown("水利局").body
        assert archive.exchange(confirmed).status == 200


def test_who_says_304_to_everything_is_not_believed_for_ever(tmp_path: Path) -> None:
    with Portal({COLUMN: listed(1), at(1): kept(shown("财政局"), etag='"1"')}) as portal:
        house = House(tmp_path, portal)
        house.crawl()
        house.events()
        portal.pages[at(1)] = lambda asked: Answer(status=304) if asked.headers.get("If-None-Match") else edited
        edited = shown("财政局", seed=2)
        for days, condition in ((8, 'If-None-Match: "1"'), (32, 'If-None-Match: "1"'), (61, "")):
            assert (at(1), condition) in house.crawl(days)[0]
        assert house.events() == ["published", "edited"]


def test_a_page_is_asked_about_only_if_it_can_be_had(tmp_path: Path) -> None:
    with Portal({COLUMN: listed(1), at(1): kept(shown("财政局"), etag='"1"')}) as portal:
        house = House(tmp_path, portal)
        house.crawl()
        age(house.archive, 8)
        with Archive.open(house.archive, INDICATORS) as archive:
            snapshot = archive.latest(portal.url + at(1))
            assert snapshot
            file = archive.warc / snapshot.filename
            content = bytearray(file.read_bytes())
            content[snapshot.offset + snapshot.length // 2] ^= 0xFF
            file.write_bytes(content)
        assert (at(1), "") in house.crawl()[0]
        assert house.captures(at(1)) == [(200, "response")] * 2


def test_no_answer_is_no_old_answer(tmp_path: Path) -> None:
    """A list that cannot be had is not passed off as read, however well it is known."""
    with Portal({COLUMN: kept(listed(1), etag='"1"'), at(1): kept(shown("财政局"), etag='"1"')}) as portal:
        house = House(tmp_path, portal)
        house.crawl()
        portal.pages[COLUMN] = Answer(body=b"<p>half", length=1000)
        _, said = house.crawl(2)
        assert (said["failed"], said["reports"]) == ("no platform family recognises the page", 0)
    _, said = house.crawl(2)
    assert said["failed"] == "robots.txt could not be had: connection refused"
