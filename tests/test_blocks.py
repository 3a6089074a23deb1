"""Walls, missing pages with status 200 and logins are known for what they are; good pages are not taken for them."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse, Response

from crawler.blocks import block, missing

JSL = "<script>document.cookie=('_')+('_')+('j')+('s')+('l')+'_clearance_s=17;';location.reload</script>"
RUISHU = (
    "<!DOCTYPE html><html><head><meta content=\"{qtXk\" r='m'><script r='m'>$_ts=window['$_ts'];</script></head></html>"
)
ALIYUN = "<html><script>var arg1='3E40CBF95EE10AF8F1C1A1B2C3D4E5F607182930';setCookie('acw_sc__v2',x);</script></html>"
EDGE = "<html><script>var WTKkN=1,bOYDu=2;document.cookie='__tst_status='+WTKkN;location.reload</script></html>"
C3VK = '<script>document.cookie="C3VK=f00d11; path=/; max-age=300";window.location.reload;</script>'
GEO = "<html><body>Access denied. reason: GeoBL</body></html>"
COOKIE = "<script>document.cookie='a=1';location.reload()</script>"
GOOD = (
    "<html><head><title>青石县人民政府</title></head><body><a href='/zwgk/'>政务公开</a><p>正常页面</p></body></html>"
)
URL = "https://www.example.gov.cn/"
TEXT = "一、总体情况。" * 100


def answer(body: str, status: int = 200, headers: dict[str, str] | None = None) -> HtmlResponse:
    return HtmlResponse(URL, status=status, body=body.encode(), headers=headers, encoding="utf-8")


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (JSL, 521, "jsl"),
        (JSL, 200, "jsl"),
        ("", 521, "jsl"),
        (RUISHU, 412, "ruishu"),
        (RUISHU, 202, "ruishu"),
        (ALIYUN, 200, "aliyun_waf"),
        (EDGE, 200, "edgeone"),
        (C3VK, 200, "c3vk"),
        (GEO, 403, "geo"),
        (COOKIE, 200, "js_cookie"),
        ("<h1>Forbidden</h1>", 403, "http_403"),
        ("", 429, "http_429"),
        (GOOD, 200, ""),
        (GOOD, 404, ""),
        ("", 500, ""),
        (f"<p>{TEXT}</p><table><tr><td>1</td></tr></table><!-- $_ts=window[ -->", 200, ""),
    ],
)
def test_walls(body: str, status: int, kind: str) -> None:
    assert block(answer(body, status)) == kind


def test_a_cookie_of_a_wall_on_a_good_page_is_no_wall() -> None:
    assert block(answer(GOOD, headers={"Set-Cookie": "HWWAFSESID=1; path=/"})) == ""
    assert block(answer(GOOD, headers={"Server": "wzws-waf"})) == "wzws"
    assert block(answer(GOOD + TEXT * 3, headers={"Server": "wzws-waf"})) == ""


def test_a_file_is_no_wall() -> None:
    assert block(Response(URL + "a.pdf", body=b"%PDF-1.4")) == ""
    assert missing(Response(URL + "a.pdf", body=b"%PDF-1.4")) == ""


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<h1>您访问的页面不存在</h1><a href='/'>返回首页</a>", "soft_404"),
        ("<p>该信息已删除</p>", "soft_404"),
        ("<p>抱歉，您查看的信息已移走</p>", "soft_404"),
        ("<p>您要浏览的网页可能已被删除、更名或暂时不可用</p>", "soft_404"),
        ("<p>对不起，该文章不存在或已被删除！</p>", "soft_404"),
        ("<p>您请求的资源已转移至新网站</p>", "soft_404"),
        ("<p>栏目已下线</p>", "soft_404"),
        ("<p>链接已失效，没有找到</p>", "soft_404"),
        ("<p>文件查找不到</p>", "soft_404"),
        ("<h1>关于部分文件已失效的公告</h1>", ""),
        ("<h1>青石县民政局政府信息公开工作已移交县政务服务局</h1>", ""),
        ("<p>本栏目信息转移支付资金安排</p>", ""),
        ("<form><input type='password' name=p></form>", "login"),
        (GOOD, ""),
        (f"<p>{TEXT}申请的信息不存在3件</p>", ""),
        (f"<p>{TEXT}</p><input type=password>", ""),
    ],
)
def test_pages_that_are_none(body: str, kind: str) -> None:
    assert missing(answer(body)) == kind
