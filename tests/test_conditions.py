"""By what a capture can be asked about again, and which 304s are believed."""

from __future__ import annotations

import pytest

from crawler.conditions import conditions, confirmed

TAKEN = "20220301080005"
SERVED = ("Date", "Tue, 01 Mar 2022 08:00:05 GMT")
JANUARY, FEBRUARY = "Fri, 28 Jan 2022 01:02:03 GMT", "Mon, 28 Feb 2022 01:02:03 GMT"


@pytest.mark.parametrize(
    ("headers", "sent"),
    [
        ([], {}),
        ([("etag", '"61f34a5b-3c2a"')], {"If-None-Match": '"61f34a5b-3c2a"'}),
        ([("ETag", 'W/"61f34a5b-3c2a"')], {"If-None-Match": 'W/"61f34a5b-3c2a"'}),
        ([("ETag", '"1"'), ("Last-Modified", JANUARY)], {"If-None-Match": '"1"'}),
        ([SERVED, ("Last-Modified", JANUARY)], {"If-Modified-Since": JANUARY}),
        ([("Last-Modified", JANUARY)], {"If-Modified-Since": JANUARY}),
        ([("ETag", "61f34a5b"), ("Last-Modified", JANUARY)], {"If-Modified-Since": JANUARY}),
        *(([("ETag", tag)], {}) for tag in ("*", '""', 'W/""', '"a" "b"', '"a", "b"', '"a', "", '"a b"', '"\x7f"')),
        ([("ETag", '"a"'), ("ETag", '"b"')], {}),
        ([SERVED, ("Last-Modified", "Fri, 28 Jan 2999 01:02:03 GMT")], {}),  # in the future
        ([SERVED, ("Last-Modified", SERVED[1])], {}),  # made at that moment, as is every answer of that server
        ([SERVED, ("Last-Modified", "Tue, 01 Mar 2022 07:59:30 GMT")], {}),
        ([("Last-Modified", "Wed, 02 Mar 2022 00:00:00 GMT")], {}),  # later than it was taken
        *(([("Last-Modified", date)], {}) for date in ("昨天".encode().decode("latin-1"), "0", "", "2022-01-28 01:02")),
    ],
)
def test_what_is_sent(headers: list[tuple[str, str]], sent: dict[str, str]) -> None:
    assert conditions(headers, TAKEN) == sent


@pytest.mark.parametrize(
    ("sent", "headers", "believed"),
    [
        ({"If-None-Match": '"1"'}, [], True),
        ({"If-None-Match": '"1"'}, [("ETag", '"1"')], True),
        ({"If-None-Match": 'W/"1"'}, [("ETag", '"1"')], True),
        ({"If-None-Match": '"1"'}, [("ETag", 'W/"1"')], True),
        ({"If-None-Match": '"1-gzip"'}, [("ETag", '"1"')], True),
        ({"If-None-Match": '"1"'}, [("ETag", '"2"')], False),
        ({"If-None-Match": '"1"'}, [("Last-Modified", FEBRUARY)], True),
        ({"If-Modified-Since": JANUARY}, [], True),
        ({"If-Modified-Since": JANUARY}, [("ETag", '"1"'), ("Last-Modified", JANUARY)], True),
        ({"If-Modified-Since": JANUARY}, [("Last-Modified", FEBRUARY)], False),
        ({}, [("ETag", '"1"')], False),
        ({"Accept": "*/*"}, [], False),
    ],
)
def test_which_304_is_believed(sent: dict[str, str], headers: list[tuple[str, str]], believed: bool) -> None:
    assert confirmed(sent, headers) is believed
