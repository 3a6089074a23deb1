"""Scrapy's settings; what is not named here is Scrapy's default. `run.py` adds what a crawl was told."""

from __future__ import annotations

BOT_NAME = "nianbao"
SPIDER_MODULES = ["crawler.spiders"]

# Scrapy 2.19 runs code that is posted to it, and listens on a port, unless told not to.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False

# Politeness: one request at a time to a host, at an even pace that a Crawl-delay can be held against.
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "nianbao"  # the name a robots.txt would use, without version and contact
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_REQUESTS = 256  # so many hosts at once; one that waits for its delay takes a place too
CONCURRENT_ITEMS = 1  # an answer makes no items; Scrapy would start a hundred tasks for each, a sixth of its time
SCHEDULER_PRIORITY_QUEUE = "crawler.queue.OneOfEachHost"  # files before pages: their addresses may expire
DOWNLOAD_DELAY_JITTER = 0  # half the delay is not the delay that was asked for
# 429 and 503 ask to come back later: pace.py does if they say when, else the next crawl.
# 521, 522 and 524 are challenges and broken gateways.
RETRY_HTTP_CODES = [500, 502, 504, 408]
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # the report of the crawl says it

FRESH_HOURS = 12.0  # ours: how long lists and robots.txt are not asked for again; reports: schedule.py

# A certificate that does not hold is a fact about the portal: the source fails and says so. What anybody on the way
# may have written is no evidence; a portal that cannot do better is registered with its http address.
DOWNLOAD_VERIFY_CERTIFICATES = True

RENDER = True  # ours: whether pages that only scripts make are given to a browser

TWISTED_DNS_RESOLVER = "crawler.resolver.Outside"  # an official name may be made to lead into the house
NAMED_HOSTS: list[str] = []  # ours: what the registry names may lie anywhere

# Keeps the bytes of every exchange as they went over the wire, before anybody sees the answer.
DOWNLOAD_HANDLERS = {"http": "crawler.wire.Handler", "https": "crawler.wire.Handler"}

# A body that breaks off is kept, marked as truncated, and asked for again by the next crawl.
DOWNLOAD_FAIL_ON_DATALOSS = False
# Such a body stands in memory three or four times before it is kept. No report is known to be as large, and what is
# larger is written down as too_large.
DOWNLOAD_MAXSIZE = 128 * 2**20
DOWNLOAD_WARNSIZE = 0  # large is normal
URLLENGTH_LIMIT = 0  # a long Chinese file name, percent-encoded, is no reason to lose a report

# A page that refreshes to another is itself what the portal served there; following it would pass the target off as it.
METAREFRESH_ENABLED = False
REDIRECT_MAX_TIMES = 5  # as RFC 9309 has it for robots.txt; portals that need more go round in circles
HTTPERROR_ALLOW_ALL = True  # 404, 412, 521: the spider must see what could not be had

DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",  # some portals answer "en" with their English home page
}

EXTENSIONS = {"crawler.progress.Ticker": 0}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # by domain of the spider; ours is by source
    "crawler.rendering.Rendering": 40,  # a page that was had already: nobody is asked for it again
    "crawler.politeness.OfficialHosts": 50,  # before robots.txt: an unofficial host is not even asked for that
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # leaks while robots.txt is loading
    "crawler.politeness.Robots": 100,
    "crawler.canary.Canary": 150,  # behind all that redirects, retries and unpacks
    "crawler.sizes.Sizes": 570,  # what all of them give, before anybody reads it
    "crawler.unpacking.Undeclared": 580,  # what is left packed when Scrapy's own, at 590, is through with it
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.unpacking.Bounded": 590,  # which is Scrapy's own, in its place
    "crawler.unpacking.Declared": 595,  # before that
    "crawler.cache.FromArchive": 900,  # where Scrapy's own cache would be: behind it there is only the network
    "crawler.pace.Pacing": 910,  # what the archive answers is had from a host that is left alone as well
    "crawler.budgets.Budgets": 920,  # and costs nothing
}
