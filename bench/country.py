"""A country of portals for bench/national.py: families mixed, faults on some, every host an address of its own.

One server in a thread answers for all hosts and keeps a log of each: when a request had come, and when its answer went.
"""

from __future__ import annotations

import asyncio
import gzip
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from threading import Event, Thread
from time import monotonic
from typing import Literal, get_args
from urllib.parse import urlsplit

from tests.portal import HTML, Answer, Asked
from tests.portals import (
    Line,
    Site,
    central,
    component,
    epoint,
    gkmlpt,
    gongkai,
    igs,
    jiangxi,
    jpaas,
    jpage,
    lonsun,
    selfmade,
    snowflake,
    spa,
    trs,
    truecms,
    vsb,
    xxgk,
)

# One of either may stand on a host: their addresses differ.
PRINTED: tuple[Callable[[], Site], ...] = (
    trs.levels, vsb.levels, component.levels, selfmade.levels, snowflake.levels, gongkai.levels, central.levels,
    igs.levels,
)  # fmt: skip
CALLED: tuple[Callable[[], Site], ...] = (
    jpage.portal, jpaas.portal, xxgk.portal, gkmlpt.portal, lonsun.portal, truecms.portal, jiangxi.portal,
    epoint.portal, spa.portal,
)  # fmt: skip
Fault = Literal[
    "slow", "stumbles", "resets", "too_fast", "home", "gbk", "latin", "packed", "torn", "hijacked", "walled", "dead"
]
FAULTS: tuple[Fault, ...] = get_args(Fault)[:-1]  # dead is but one host
SECTIONS = (
    "一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项",
)  # fmt: skip
GAMBLING = "<h1>澳门娱乐场</h1><p>百家乐 真人荷官 彩票投注 注册就送彩金 老虎机 六合彩 开奖结果</p>" * 3
HOME = "<title>人民政府门户网站</title>" + "".join(f"<a href='/xw/{n}/'>部署第{n}项工作</a>" for n in range(40))
WALL = "<script>document.cookie=('_')+('_')+('jsluid');location.href=location.pathname+location.search</script>"


@dataclass(kw_only=True)
class Host:
    """One host: its sites, what is wrong with it, and its log."""

    address: str
    sites: tuple[Site, ...]
    faults: tuple[Fault, ...] = ()
    crawl_delay: float = 0.0
    closed: str = ""  # the path that its robots.txt forbids
    wrong: dict[str, Fault] = field(default_factory=dict)  # faults of one page
    log: list[tuple[float, float, str]] = field(default_factory=list)  # had come, went, path
    met: Counter[str] = field(default_factory=Counter)  # how often a fault came so far

    @property
    def reports(self) -> set[str]:
        """The paths that a crawl ought to find; what others put in the place of a report is none."""
        every = {path for site in self.sites for path in site.reports}
        return every - {self.closed} - {path for path, fault in self.wrong.items() if fault == "hijacked"}

    def answer(self, asked: Asked) -> Answer:
        """What the sites say, before any fault."""
        if asked.path == "/robots.txt":
            delay = f"Crawl-delay: {self.crawl_delay}\n" if self.crawl_delay else ""
            text = f"User-agent: *\nDisallow: {self.closed}$\n{delay}"
            return Answer(body=text.encode(), headers={"Content-Type": "text/plain"})
        for site in self.sites:
            page = site.pages.get(asked.path) or site.pages.get(asked.path.partition("?")[0])
            said = page(asked) if callable(page) else page
            if said and said.status == 200:
                return said
        lost = Answer(status=404, body=b"<h1>404</h1>")
        return replace(lost, status=200, body=HOME.encode()) if "home" in self.faults else lost


def country(hosts: int, faulty: bool, seed: int, delay: float) -> list[Host]:
    """The hosts; on three of seven two platforms, faults on a third of them."""
    rng = random.Random(seed)
    found = []
    for number in range(hosts):
        builders = [PRINTED[number % len(PRINTED)], CALLED[number % len(CALLED)]]
        chosen = builders if number % 7 < 3 else [builders[number % 2]]
        sites = tuple(_small(build(), number) for build in chosen)
        host = Host(address=f"127.1.{number // 250}.{number % 250 + 1}", sites=sites)
        host.crawl_delay = 2 * delay if number % 5 == 4 else 0.0
        host.closed = rng.choice(sorted(path for path in sites[0].reports if "?" not in path) or [""])
        if faulty and number % 3 == 1:
            host.faults = tuple(rng.sample(FAULTS, rng.choice((1, 1, 2, 3))))
            _spoil(host, rng)
        found.append(host)
    if faulty and hosts >= 150:  # one that never answers, with half a percent of all there is
        found[rng.randrange(hosts)].faults = ("dead",)
    return found


def _small(site: Site, number: int) -> Site:
    """Its reports as pages of one kilobyte, which differ from host to host."""
    for line in site.lines:
        if line.report and isinstance(site.pages.get(site.path(line)), Answer):
            site.pages[site.path(line)] = Answer(body=_report(line, number).encode())
    return site


def _report(line: Line, number: int) -> str:
    said = "".join(
        f"<p>{heading}</p><p>{line.year}年主动公开信息{number + line.number}条，依申请公开依法答复，第{at}项。</p>"
        for at, heading in enumerate(SECTIONS)
    )
    head = f"<html><head><meta charset=utf-8><title>{line.title}</title></head>"
    return f"{head}<body><div id=zoom><h1>{line.title}</h1>{said}</div></body></html>"


def _spoil(host: Host, rng: random.Random) -> None:
    paths = sorted(host.reports)
    for fault in ("torn", "hijacked", "walled"):
        if fault in host.faults:
            host.wrong[rng.choice(paths)] = fault
    if "home" in host.faults:  # a line whose page is lost
        site = host.sites[0]
        for line in [line for line in site.lines if not line.report][:2]:
            site.pages.pop(site.path(line), None)


class Server:
    """Answers for every host on one port."""

    def __init__(self, hosts: list[Host], seed: int) -> None:
        self.port = 0
        self._hosts = {host.address: host for host in hosts}
        self._rng = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._ready = Event()

    @contextmanager
    def running(self) -> Iterator[Server]:
        """While the block runs."""
        thread = Thread(target=self._run, daemon=True)
        thread.start()
        self._ready.wait()
        yield self
        self._loop.call_soon_threadsafe(self._loop.stop)
        thread.join()

    def _run(self) -> None:
        server = self._loop.run_until_complete(asyncio.start_server(self._talk, "0.0.0.0", 0, backlog=1000))  # noqa: S104
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(_hung_up())
        self._loop.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = self._hosts[writer.get_extra_info("sockname")[0]]
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while asked := await _request(reader):
                begun = monotonic()
                told = await self._spoken(host, asked)
                host.log.append((begun, monotonic(), asked.path))
                if told is None:
                    writer.transport.abort()
                    return
                writer.write(told)
                await writer.drain()
                if host.wrong.get(asked.path) == "torn":
                    break
        writer.close()

    async def _spoken(self, host: Host, asked: Asked) -> bytes | None:
        """The answer with the faults of its host; None where the connection breaks."""
        if "dead" in host.faults:
            return None
        robots, first = asked.path == "/robots.txt", not host.met[asked.path]
        host.met[asked.path] += 1
        if "slow" in host.faults and self._rng.random() < 0.1:
            await asyncio.sleep(self._rng.uniform(0.2, 1))
        if not robots and first and "resets" in host.faults and self._rng.random() < 0.05:
            return None
        if not robots and first and "stumbles" in host.faults and self._rng.random() < 0.1:
            return _message(Answer(status=502))
        if not robots and first and "too_fast" in host.faults and host.met["too_fast"] < 1 and len(host.log) > 20:
            host.met["too_fast"] += 1
            return _message(Answer(status=429, headers={"Retry-After": "2"}))
        return _message(*_faulty(host, asked, host.answer(asked)))


async def _hung_up() -> None:
    """What still talks is ended."""
    talking = asyncio.all_tasks() - {asyncio.current_task()}
    for task in talking:
        task.cancel()
    await asyncio.gather(*talking, return_exceptions=True)


def _faulty(host: Host, asked: Asked, said: Answer) -> tuple[Answer, int]:
    """An answer with what is always wrong with it, and bytes of it that are announced and do not come."""
    fault = host.wrong.get(asked.path)
    if fault == "hijacked":
        said = replace(said, body=f"<html><meta charset=utf-8>{GAMBLING}</html>".encode())
    if fault == "walled":
        return Answer(status=521, body=WALL.encode()), 0
    page = asked.path != "/robots.txt" and b"<html" in said.body[:500] and b"charset" in said.body[:500].lower()
    if page and "gbk" in host.faults:
        text = said.body.decode("utf-8", "replace").replace("charset=utf-8", "").replace("charset='utf-8'", "")
        said = replace(said, body=text.encode("gb18030"), headers={"Content-Type": "text/html"})
    elif page and "latin" in host.faults:
        said = replace(said, headers={"Content-Type": "text/html; charset=iso-8859-1"})
    if page and "packed" in host.faults:
        said = replace(said, body=gzip.compress(said.body, 1), headers={"Content-Type": "text/html"})
    return said, 100 if fault == "torn" else 0


def _message(said: Answer, missing: int = 0) -> bytes:
    headers = {"Content-Type": HTML, **said.headers, "Content-Length": str(len(said.body) + missing)}
    headers |= {"Connection": "close"} if missing else {}
    head = [f"HTTP/1.1 {said.status} OK", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(head).encode() + said.body


async def _request(reader: asyncio.StreamReader) -> Asked | None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = dict(line.split(": ", 1) for line in head[1:] if line)
    body = await reader.readexactly(int(headers.get("Content-Length", 0)))
    parts = urlsplit(target)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return Asked(time=monotonic(), path=path, headers=headers, method=method, body=body)
