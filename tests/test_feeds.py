"""Feeds: valid Atom and JSON Feed, what they hold, identifiers that last, addresses as the reader sees them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import feedparser
import pytest
from lxml import etree, html

from archive.shown.feeds import Entry, Feed, atom
from tests.archive_contents import Contents
from tests.datasette_server import get, serving
from tests.explored import CARRIED, ELSEWHERE, organ

pytest_plugins = ["tests.explored_fixture", "tests.archive_fixture"]

# RFC 4287 as far as our feeds go: what has to be there, once, and nothing else.
SCHEMA = etree.RelaxNG(
    etree.XML(
        """
<element name="feed" ns="http://www.w3.org/2005/Atom" xmlns="http://relaxng.org/ns/structure/1.0"
    datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <attribute name="lang" ns="http://www.w3.org/XML/1998/namespace"><data type="language"/></attribute>
  <interleave>
    <element name="title"><text/></element>
    <element name="id"><data type="anyURI"><param name="pattern">urn:uuid:.+</param></data></element>
    <element name="updated"><data type="dateTime"/></element>
    <element name="author"><element name="name"><data type="string"><param name="minLength">1</param></data></element>
    </element>
    <oneOrMore><element name="link"><ref name="link"/></element></oneOrMore>
    <zeroOrMore><element name="entry"><interleave>
      <element name="title"><text/></element>
      <element name="id"><data type="anyURI"><param name="pattern">urn:uuid:.+</param></data></element>
      <element name="updated"><data type="dateTime"/></element>
      <element name="link"><ref name="link"/></element>
      <zeroOrMore><element name="category"><attribute name="term"/></element></zeroOrMore>
      <element name="summary"><text/></element>
    </interleave></element></zeroOrMore>
  </interleave>
</element>""".replace(
            '<ref name="link"/>',
            """
      <attribute name="rel"><choice><value>self</value><value>alternate</value></choice></attribute>
      <attribute name="type"/><attribute name="href"><data type="anyURI"><param name="pattern">http://.+</param></data></attribute>
""",
        )
    )
)


def parsed(site: str, path: str, **headers: str) -> Any:
    answer = get(site + path, headers=headers)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/atom+xml; charset=utf-8")
    SCHEMA.assertValid(etree.fromstring(answer.body))
    found = feedparser.parse(answer.body)
    assert not found.bozo, found.get("bozo_exception")
    return found


@pytest.mark.parametrize(
    "path",
    ["findings.atom", "events.atom", "findings.atom?rule=carry_over&region=37", "events.atom?kind=edited",
     "findings.atom?rule=power", f"events.atom?organ={quote(ELSEWHERE)}"],
)  # fmt: skip
def test_feeds_are_valid_and_tell_where_they_are(site: str, path: str) -> None:
    found = parsed(site, f"/feeds/{path}")
    by_kind = {link.rel: link.href for link in found.feed.links}
    assert by_kind["self"] == f"{site}/feeds/{path}"
    assert get(by_kind["alternate"]).status == 200
    assert all(get(entry.link).status == 200 for entry in found.entries[:5])
    ids = [entry.id for entry in found.entries]
    assert len(ids) == len(set(ids))
    times = [entry.updated for entry in found.entries]
    assert times == sorted(times, reverse=True)
    assert found.feed.updated == (times[0] if times else "2023-09-01T00:00:00Z")


def test_both_formats_tell_the_same(site: str) -> None:
    for path in ("findings", "events", "findings", "events"):
        one = parsed(site, f"/feeds/{path}.atom?region=37")
        answer = get(f"{site}/feeds/{path}.json?region=37")
        assert answer.headers["content-type"] == "application/feed+json; charset=utf-8"
        other = json.loads(answer.body)
        assert other["version"] == "https://jsonfeed.org/version/1.1"
        assert other["feed_url"] == f"{site}/feeds/{path}.json?region=37"
        assert [item["id"] for item in other["items"]] == [entry.id for entry in one.entries]
        assert [item["url"] for item in other["items"]] == [entry.link for entry in one.entries]
        assert other["title"] == one.feed.title
        assert "山东" in other["title"]


def test_a_feed_is_narrowed_by_rule_region_organ_and_kind(site: str) -> None:
    chain = parsed(site, "/feeds/findings.atom?rule=carry_over")
    assert [entry.title for entry in chain.entries] == [
        f"不符 · {organ(8)}2022年报告",
        f"不符 · {organ(CARRIED)}2022年报告",
    ]
    assert {tag.term for entry in chain.entries for tag in entry.tags} == {"carry_over", "FAIL", "370306"}
    assert [entry.tags[0].term for entry in parsed(site, "/feeds/findings.atom?region=44").entries] == ["row_total"]
    assert len(parsed(site, f"/feeds/events.atom?organ={quote(organ(2))}").entries) == 3
    (edited,) = parsed(site, "/feeds/events.atom?kind=edited").entries
    assert "内容有改动：1 格" in edited.summary
    assert edited.updated == "2023-09-01T00:00:00Z"
    assert "outcome_total" not in str(parsed(site, "/feeds/findings.atom?year=2021").entries)  # dismissed


def test_identifiers_stay_whatever_the_address_and_the_language(site: str, explored: Path, tmp_path: Path) -> None:
    here = parsed(site, "/feeds/findings.atom")
    english = parsed(site, "/feeds/findings.atom?language=en")
    assert english.feed.title == "nianbao 年报 · Findings"
    assert english.entries[0].title.startswith("doubt · ") or english.entries[0].title.startswith("contradiction · ")
    assert parsed(site, "/feeds/findings.atom", **{"Accept-Language": "en"}).entries == english.entries
    with serving(explored, log=tmp_path / "log") as other:
        there = parsed(other, "/feeds/findings.atom")
    assert (
        [entry.id for entry in here.entries]
        == [entry.id for entry in there.entries]
        == [entry.id for entry in english.entries]
    )
    assert here.feed.id == there.feed.id
    assert here.entries[0].link.removeprefix(site) == there.entries[0].link.removeprefix(other)


@pytest.mark.parametrize(
    "path", ["findings.atom?rule=A", "events.json?kind=army", "events.atom?language=fr", "findings.json?year=x"]
)
def test_what_cannot_be_asked_for_is_said(site: str, path: str) -> None:
    answer = get(f"{site}/feeds/{path}")
    assert answer.status == 400
    assert "no such choice" in answer.text


def test_there_is_no_other_feed(site: str) -> None:
    assert get(f"{site}/feeds/reports.atom").status == 404
    assert get(f"{site}/feeds/findings.rss").status == 404


def test_pages_name_their_feeds(site: str) -> None:
    for path in ("/", "/findings", "/events", "/rules/copied", f"/report/{quote(organ(2))}/2022"):
        root = html.document_fromstring(get(site + path).text)
        named = root.xpath("//link[@type='application/atom+xml']/@href")
        assert named, path
        for feed in named:
            parsed(site, feed)


def test_an_archive_without_anything_has_feeds(server: str, contents: Contents) -> None:
    assert parsed(server, "/feeds/events.atom").entries == []
    assert len(parsed(server, "/feeds/findings.atom").entries) > 3


def test_no_character_breaks_a_feed() -> None:
    odd = "a\x00b\x0b\ufffe<i>&\ud800"
    entry = Entry(name="x", updated="2023-01-01T00:00:00Z", title=odd, text=odd, url="http://h/?a=1&b=<", tags=[odd])
    feed = Feed(
        name="f", language="en", title=odd, author="a", page="http://h/", url="http://h/f", updated="", entries=[entry]
    )
    found = feedparser.parse(atom(feed))
    assert not found.bozo
    assert found.entries[0].link == "http://h/?a=1&b=<"
