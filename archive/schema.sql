-- Everything here can be deleted and made again: `nianbao index` rebuilds snapshots and skips from the WARC files,
-- `nianbao parse --all` the rest. So there are no migrations: change this file, rebuild.
-- The tables proactive_2019, proactive_2021, requests and review, and the view facts, are made from the forms (wide.py),
-- the indexes of words sections_fts, reports_fts and findings_fts by search.py.

-- One HTTP exchange kept in a WARC file.
CREATE TABLE IF NOT EXISTS snapshots (
    id TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    method TEXT NOT NULL,
    status INTEGER NOT NULL,
    mime TEXT NOT NULL,
    digest TEXT NOT NULL,
    record TEXT NOT NULL,
    filename TEXT NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    source TEXT NOT NULL,
    role TEXT NOT NULL,
    via TEXT NOT NULL,
    anchor TEXT NOT NULL,
    list_date TEXT NOT NULL,
    truncated INTEGER NOT NULL,
    division TEXT NOT NULL,
    served TEXT NOT NULL,
    modified TEXT NOT NULL,
    query TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS snapshots_url ON snapshots (url, timestamp);
CREATE INDEX IF NOT EXISTS snapshots_digest ON snapshots (digest);
CREATE INDEX IF NOT EXISTS snapshots_timestamp ON snapshots (timestamp);
CREATE INDEX IF NOT EXISTS snapshots_source ON snapshots (source, timestamp, role, status);
CREATE INDEX IF NOT EXISTS snapshots_pictures ON snapshots (via) WHERE role = 'picture';
CREATE INDEX IF NOT EXISTS snapshots_parts ON snapshots (via) WHERE role = 'part';
CREATE INDEX IF NOT EXISTS snapshots_named ON snapshots (via, timestamp) WHERE role IN ('article', 'attachment');
CREATE INDEX IF NOT EXISTS snapshots_file ON snapshots (filename, offset);
CREATE INDEX IF NOT EXISTS snapshots_failed ON snapshots (url) WHERE status >= 300;
CREATE INDEX IF NOT EXISTS snapshots_lists ON snapshots (source, url) WHERE role = 'list';

-- An address that the crawler saw and did not ask for, or that gave no answer (unreachable), and why.
CREATE TABLE IF NOT EXISTS skips (
    url TEXT NOT NULL,
    reason TEXT NOT NULL,   -- robots, out_of_scope, not_official_host, blocked, rate_limited, too_large, duplicate, budget, redirect_private, unreachable, soft_404, needs_browser
    timestamp TEXT NOT NULL, -- when first skipped for that reason; the WARC files have the times of later crawls
    source TEXT NOT NULL,
    via TEXT NOT NULL,
    anchor TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (url, reason)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS skips_source ON skips (source);

-- A payload that an address gave in place of a page that it lacks, with status 200: another address gave the same.
CREATE TABLE IF NOT EXISTS lacking (
    url TEXT NOT NULL,
    digest TEXT NOT NULL,
    timestamp TEXT NOT NULL, -- when that was first found out
    alike TEXT NOT NULL,     -- the other address; of the canary, which no portal has, or of another page that is not there
    PRIMARY KEY (url, digest)
) WITHOUT ROWID;

-- What the registry said of a source the last time that it was crawled.
CREATE TABLE IF NOT EXISTS sources (
    id TEXT PRIMARY KEY,
    organ TEXT NOT NULL,
    division TEXT NOT NULL,
    level TEXT NOT NULL,
    url TEXT NOT NULL,
    since INTEGER,
    timestamp TEXT NOT NULL, -- when a crawl first found all this
    lacks TEXT NOT NULL,     -- what the last whole crawl did not find of its lists
    columns TEXT NOT NULL,   -- addresses of the columns that the last search from its front page found
    searched TEXT NOT NULL   -- when that search ended; '' if there was none, as url is the column
) WITHOUT ROWID;

-- How a crawl went, source by source; a crawl that was killed leaves no row.
CREATE TABLE IF NOT EXISTS runs (
    source TEXT NOT NULL,
    started TEXT NOT NULL,     -- UTC, YYYYMMDDhhmmss, of the whole crawl
    ended TEXT NOT NULL,
    pages INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    expected INTEGER NOT NULL, -- rows that the portal says there are; 0 where it does not say
    had INTEGER NOT NULL,      -- of these
    seen INTEGER NOT NULL,     -- pages that may be reports and are in the archive
    new INTEGER NOT NULL,      -- of them that no crawl had before
    blocked INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    captured INTEGER NOT NULL,
    family TEXT NOT NULL,
    completeness TEXT NOT NULL,
    stopped TEXT NOT NULL,     -- interrupted, working hours in China; '' if it went to its end
    failed TEXT NOT NULL,      -- '' if the column could be read
    PRIMARY KEY (source, started)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS runs_ended ON runs (source, ended);
CREATE INDEX IF NOT EXISTS runs_started ON runs (started);

-- How each source stands by its last crawl: what broke, since when, and when it was last read well.
-- A crawl that was stopped before it came to a source says nothing of it.
CREATE VIEW IF NOT EXISTS health AS
WITH told AS (SELECT * FROM runs WHERE failed <> '' OR rows > 0 OR stopped = ''),
last AS (SELECT source, max(ended) AS last_run FROM told GROUP BY source),
good AS (SELECT source, max(ended) AS last_good FROM told WHERE failed = '' GROUP BY source)
SELECT l.source, r.failed AS broken,
    CASE WHEN r.failed <> '' THEN (SELECT min(b.ended) FROM told b WHERE b.source = l.source
        AND b.ended > coalesce(g.last_good, '')) END AS broken_since,
    l.last_run, g.last_good, r.completeness, r.family
FROM last l JOIN told r ON r.source = l.source AND r.ended = l.last_run LEFT JOIN good g ON g.source = l.source
GROUP BY l.source;

-- A WARC file that was taken in from elsewhere; what it holds are the captures of that filename.
CREATE TABLE IF NOT EXISTS imports (
    filename TEXT PRIMARY KEY,
    timestamp TEXT NOT NULL, -- when it was taken in
    file TEXT NOT NULL,      -- what it was called where it came from
    sha256 TEXT NOT NULL,
    origin TEXT NOT NULL,
    software TEXT NOT NULL,
    torn TEXT NOT NULL       -- what of it was left behind, '' if nothing
) WITHOUT ROWID;

-- What one body was found to be and to say; one row a document in it, part 0 being the whole or its only report.
CREATE TABLE IF NOT EXISTS readings (
    snapshot TEXT NOT NULL REFERENCES snapshots (id),
    part INTEGER NOT NULL,
    member TEXT NOT NULL,      -- name inside the pack, '' outside one
    version TEXT NOT NULL,
    media_type TEXT NOT NULL,
    charset TEXT,
    kind TEXT NOT NULL,
    score REAL NOT NULL,       -- 0 to 1: how much of what a report in full shows was seen
    reasons TEXT NOT NULL,     -- JSON array of name=evidence: what the kind was decided by
    title TEXT NOT NULL,
    organ TEXT NOT NULL,
    year INTEGER,
    published TEXT,
    published_by TEXT NOT NULL, -- what that date was read from: label:发布时间, list, dateline, signature ...
    content TEXT NOT NULL,     -- hash of facts, extra rows and sentences, without the furniture of the page
    division TEXT NOT NULL,
    province TEXT NOT NULL,
    city TEXT NOT NULL,
    county TEXT NOT NULL,
    forms TEXT NOT NULL,       -- separated by blanks
    numbers INTEGER NOT NULL,  -- facts in state number
    blanks INTEGER NOT NULL,
    unreadable INTEGER NOT NULL,
    recognised INTEGER NOT NULL, -- facts that were read from a picture
    findings INTEGER NOT NULL, -- FAIL and WARN
    passed TEXT NOT NULL,      -- JSON object: rule -> number of PASS verdicts
    candidates TEXT NOT NULL,  -- JSON array of {field, value, source}
    outlines TEXT NOT NULL,    -- JSON array: where its tables stand on pages, as in records.Outline
    PRIMARY KEY (snapshot, part)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS readings_report ON readings (organ, year);
CREATE INDEX IF NOT EXISTS readings_kind ON readings (kind);

-- What one organ published for one year. Which of its readings is the current one is decided by the rule in current.py: official
-- host, then the most complete (numbers, then fewest unreadable, then fewest from pictures), then the latest. The others stay in
-- `readings`; counts of reports, facts of reports and findings of reports go by the current one alone.
-- Organs of one name in several divisions are several organs; a reading whose division is not known is the only one's.
CREATE TABLE IF NOT EXISTS reports (
    organ TEXT NOT NULL,
    year INTEGER NOT NULL,
    snapshot TEXT NOT NULL REFERENCES snapshots (id), -- the current reading
    part INTEGER NOT NULL,
    readings INTEGER NOT NULL,
    official INTEGER NOT NULL, -- 1: the current reading was captured from an official host
    title TEXT NOT NULL,
    published TEXT,
    division TEXT NOT NULL,
    province TEXT NOT NULL,
    city TEXT NOT NULL,
    county TEXT NOT NULL,
    source TEXT NOT NULL,
    forms TEXT NOT NULL,
    requests_new INTEGER,          -- requests.new.total
    requests_carried_out INTEGER,  -- requests.carried_out.total
    reconsiderations INTEGER,      -- review.reconsideration.total
    lawsuits INTEGER,              -- review.litigation_direct.total + review.litigation_after_reconsideration.total, both numbers
    numbers INTEGER NOT NULL,
    blanks INTEGER NOT NULL,
    findings INTEGER NOT NULL,
    id INTEGER NOT NULL,       -- as in sections
    folded TEXT,
    PRIMARY KEY (organ, year, division)
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS reports_id ON reports (id);
CREATE INDEX IF NOT EXISTS reports_reading ON reports (snapshot, part);
CREATE INDEX IF NOT EXISTS reports_year ON reports (year);
CREATE INDEX IF NOT EXISTS reports_division ON reports (division, year);
CREATE INDEX IF NOT EXISTS reports_source ON reports (source);
CREATE INDEX IF NOT EXISTS reports_published ON reports (published);
CREATE INDEX IF NOT EXISTS reports_province ON reports (province);

-- What happened to a report over time, made from the captures of all its addresses.
CREATE TABLE IF NOT EXISTS events (
    key TEXT PRIMARY KEY,      -- hash of what happened, to which report, at which address and between which captures
    kind TEXT NOT NULL,        -- published, edited, moved, removed, blocked, restored
    organ TEXT NOT NULL,
    year INTEGER NOT NULL,
    division TEXT NOT NULL,
    url TEXT NOT NULL,
    at TEXT NOT NULL,          -- UTC, YYYYMMDDhhmmss, of the capture that shows it
    before TEXT REFERENCES snapshots (id), -- the last capture that shows what was before, NULL if there is none
    after TEXT NOT NULL REFERENCES snapshots (id),
    detail TEXT NOT NULL,      -- JSON object
    message_zh TEXT NOT NULL,
    message_en TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS events_report ON events (organ, year, division);
CREATE INDEX IF NOT EXISTS events_at ON events (at);
CREATE INDEX IF NOT EXISTS events_kind ON events (kind, at);
CREATE INDEX IF NOT EXISTS events_province ON events (substr(division, 1, 2), at);
CREATE INDEX IF NOT EXISTS events_kind_province ON events (kind, substr(division, 1, 2), at);
CREATE INDEX IF NOT EXISTS events_division ON events (division, at);
CREATE INDEX IF NOT EXISTS events_counted ON events (division, year, kind, organ);
CREATE INDEX IF NOT EXISTS events_year ON events (year, at);

CREATE TABLE IF NOT EXISTS sections (
    snapshot TEXT NOT NULL REFERENCES snapshots (id),
    part INTEGER NOT NULL,
    position INTEGER NOT NULL, -- order in the document, from 0
    number INTEGER NOT NULL,
    heading TEXT NOT NULL,
    text TEXT NOT NULL,
    id INTEGER NOT NULL,       -- what the index of words (search.py) knows the row by
    folded TEXT,               -- its words as a search compares them, where spacing the printed ones is not enough
    PRIMARY KEY (snapshot, part, position)
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS sections_id ON sections (id);

-- Squares of rows that an organ added to a statutory table: no indicator's value, and in no sum.
CREATE TABLE IF NOT EXISTS extras (
    snapshot TEXT NOT NULL REFERENCES snapshots (id),
    part INTEGER NOT NULL,
    position INTEGER NOT NULL, -- order in the reading, from 0
    organ TEXT NOT NULL,
    year INTEGER,
    within TEXT NOT NULL,      -- proactive, requests, review, statistics
    label TEXT NOT NULL,
    head TEXT NOT NULL,
    value NUMERIC,             -- in the unit as printed
    unit TEXT NOT NULL,
    raw TEXT NOT NULL,
    state TEXT NOT NULL,
    method TEXT NOT NULL,
    "table" INTEGER,           -- where the square stands: table in the document, null where the grid was lost
    "row" INTEGER NOT NULL,
    "column" INTEGER NOT NULL,
    PRIMARY KEY (snapshot, part, position)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS extras_report ON extras (organ, year);

-- Numbers of the prose, and what it denies, bound to what they count.
CREATE TABLE IF NOT EXISTS statements (
    snapshot TEXT NOT NULL REFERENCES snapshots (id),
    part INTEGER NOT NULL,
    position INTEGER NOT NULL, -- order in the reading, from 0
    organ TEXT NOT NULL,
    year INTEGER,
    indicator TEXT NOT NULL,   -- of the form of the report's year; X.total of a group X of rows is the sum of their totals
    value NUMERIC NOT NULL,    -- in the form's unit; 0 for a denial
    raw TEXT NOT NULL,         -- the number, or the sentence that denies, as printed
    certain INTEGER NOT NULL,  -- 0: it may count something near the indicator, as notices instead of decisions
    section INTEGER NOT NULL,  -- position in sections
    offset INTEGER NOT NULL,   -- characters from the beginning of the section's text to raw
    sentence TEXT NOT NULL,
    PRIMARY KEY (snapshot, part, position)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS statements_report ON statements (organ, year);
CREATE INDEX IF NOT EXISTS statements_indicator ON statements (indicator, year);

CREATE TABLE IF NOT EXISTS findings (
    snapshot TEXT NOT NULL REFERENCES snapshots (id),
    part INTEGER NOT NULL,
    position INTEGER NOT NULL, -- order in the reading, from 0
    key TEXT NOT NULL,         -- hash of organ, year, division and Finding.key; what reviews.jsonl names
    organ TEXT NOT NULL,
    year INTEGER,
    division TEXT NOT NULL,    -- of the report, where the reading itself names none
    rule TEXT NOT NULL,
    version INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    indicators TEXT NOT NULL,  -- JSON array
    expected REAL,
    actual REAL,
    difference REAL,           -- actual - expected
    holds_if_blank_is_zero INTEGER,
    evidence TEXT NOT NULL,
    message_zh TEXT NOT NULL,
    message_en TEXT NOT NULL,
    id INTEGER NOT NULL,       -- as in sections
    folded TEXT,
    PRIMARY KEY (snapshot, part, position)
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS findings_id ON findings (id);
CREATE INDEX IF NOT EXISTS findings_rule ON findings (rule, verdict, year);
CREATE INDEX IF NOT EXISTS findings_verdict ON findings (verdict, year);
CREATE INDEX IF NOT EXISTS findings_province ON findings (verdict, substr(division, 1, 2), year);
CREATE INDEX IF NOT EXISTS findings_rule_province ON findings (rule, verdict, substr(division, 1, 2), year);
CREATE INDEX IF NOT EXISTS findings_report ON findings (organ, year);
CREATE INDEX IF NOT EXISTS findings_key ON findings (key);

-- Something that does not add up across years, organs and copies (audit.py); made again by `nianbao check`.
CREATE TABLE IF NOT EXISTS audits (
    key TEXT PRIMARY KEY,      -- hash of both reports and of the finding's rule, indicators, values; what reviews.jsonl names
    rule TEXT NOT NULL,
    version INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    organ TEXT NOT NULL,       -- the report that it is shown at
    year INTEGER NOT NULL,
    division TEXT NOT NULL,
    other_organ TEXT NOT NULL, -- the other report that it speaks of; '' and null if there is none
    other_year INTEGER,
    other_division TEXT NOT NULL,
    indicators TEXT NOT NULL,  -- JSON array
    expected REAL,
    actual REAL,
    difference REAL,           -- actual - expected
    holds_if_blank_is_zero INTEGER,
    evidence TEXT NOT NULL,
    message_zh TEXT NOT NULL,
    message_en TEXT NOT NULL,
    id INTEGER NOT NULL,       -- as in sections, below zero: so that findings of either kind are searched together
    folded TEXT
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS audits_id ON audits (id);
CREATE INDEX IF NOT EXISTS audits_report ON audits (organ, year, division, rule);
CREATE INDEX IF NOT EXISTS audits_other ON audits (other_organ, other_year);
CREATE INDEX IF NOT EXISTS audits_rule ON audits (rule, verdict, year);
CREATE INDEX IF NOT EXISTS audits_verdict ON audits (verdict, year);
CREATE INDEX IF NOT EXISTS audits_province ON audits (verdict, substr(division, 1, 2), year);
CREATE INDEX IF NOT EXISTS audits_rule_province ON audits (rule, verdict, substr(division, 1, 2), year);
CREATE INDEX IF NOT EXISTS audits_division ON audits (division, year);

-- What the sections and tables of current readings are recognised by, so that those that are alike are found (audits/prints.py).
CREATE TABLE IF NOT EXISTS prints (
    organ TEXT NOT NULL,
    year INTEGER NOT NULL,
    division TEXT NOT NULL,
    what TEXT NOT NULL,        -- section 1 to section 6, or the name of a wide table
    print INTEGER NOT NULL,    -- stands for its own words, or for its numbers other than zero
    PRIMARY KEY (organ, year, division, what)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS prints_print ON prints (print);
CREATE TABLE IF NOT EXISTS bands (
    band INTEGER NOT NULL,     -- bucket in which texts that may be alike meet
    print INTEGER NOT NULL,
    shingles INTEGER NOT NULL, -- of that text: how many different ones
    PRIMARY KEY (band, print)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS bands_print ON bands (print);

-- The rules that `audits` was made by: where another version or another rule is at work, all reports are compared again.
CREATE TABLE IF NOT EXISTS audited (
    rule TEXT PRIMARY KEY,
    version INTEGER NOT NULL
) WITHOUT ROWID;

-- Reports that came, changed or went since they were last checked against others; `nianbao check` empties it.
CREATE TABLE IF NOT EXISTS unchecked (
    organ TEXT NOT NULL,
    year INTEGER NOT NULL,
    division TEXT NOT NULL,
    taken INTEGER NOT NULL,    -- 1: a run has begun on it; what changes meanwhile gets a row of its own
    PRIMARY KEY (organ, year, division, taken)
) WITHOUT ROWID;

-- What people said of findings, one row a line of reviews.jsonl, which is the truth (reviews.py).
CREATE TABLE IF NOT EXISTS reviews (
    id TEXT PRIMARY KEY,       -- hash of the line
    at TEXT NOT NULL,          -- UTC, YYYY-MM-DDThh:mm:ssZ
    "by" TEXT NOT NULL,
    judgement TEXT NOT NULL,   -- confirmed, dismissed, withdrawn
    organ TEXT NOT NULL,       -- what the finding was when it was judged: this and the next three
    year INTEGER,
    rule TEXT NOT NULL,
    message TEXT NOT NULL,
    note TEXT NOT NULL,
    key TEXT NOT NULL,         -- of a finding; no such finding may be there any more
    standing INTEGER NOT NULL  -- 1: the judgement that holds of this finding
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS reviews_standing ON reviews (key) WHERE standing;

-- What is not to be shown, one row a line of withheld.jsonl, which is the truth (withheld.py).
CREATE TABLE IF NOT EXISTS withholdings (
    id TEXT PRIMARY KEY,       -- hash of the line
    at TEXT NOT NULL,          -- UTC, YYYY-MM-DDThh:mm:ssZ
    "by" TEXT NOT NULL,
    act TEXT NOT NULL,         -- withheld, destroyed (its bytes are gone), lifted
    reason TEXT NOT NULL,
    url TEXT NOT NULL,         -- every capture of this address, and what has the same payload; or
    digest TEXT NOT NULL,      -- every capture of this payload
    reports TEXT NOT NULL,     -- JSON array of [organ, year]: what was read from them
    standing INTEGER NOT NULL  -- 1: the line that holds of this address or payload, and does not lift
) WITHOUT ROWID;

-- The captures that are withheld; none of their bytes, readings or words of links may be shown or handed out. A capture that
-- is withheld for two reasons has two rows. An empty payload says nothing of another. What was captured after others of its
-- address were destroyed is kept. An address that was not asked for has a row without a capture.
CREATE VIEW IF NOT EXISTS withheld AS
SELECT s.id AS snapshot, s.url, s.timestamp,
    CASE WHEN s.timestamp > replace(replace(replace(rtrim(w.at, 'Z'), '-', ''), 'T', ''), ':', '') THEN 'withheld'
         ELSE w.act END AS act,
    w.reason, w.at, w."by"
FROM (SELECT w.id, s.id AS snapshot FROM withholdings w JOIN snapshots s ON s.digest = w.digest WHERE w.standing
      UNION SELECT w.id, s.id FROM withholdings w JOIN snapshots s ON s.url = w.url WHERE w.standing
      UNION SELECT w.id, s.id FROM withholdings w JOIN snapshots o ON o.url = w.url JOIN snapshots s ON s.digest = o.digest
      WHERE w.standing AND o.digest <> 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855') hidden
JOIN withholdings w ON w.id = hidden.id JOIN snapshots s ON s.id = hidden.snapshot
UNION ALL
SELECT '', k.url, k.timestamp,
    CASE WHEN k.timestamp > replace(replace(replace(rtrim(w.at, 'Z'), '-', ''), 'T', ''), ':', '') THEN 'withheld'
         ELSE w.act END,
    w.reason, w.at, w."by"
FROM withholdings w JOIN skips k ON k.url = w.url WHERE w.standing;

-- The findings of reports: those of current readings and those across reports, each once, with the judgement that holds ('' if
-- there is none).
CREATE VIEW IF NOT EXISTS report_findings AS
SELECT f.organ, f.year, f.rule, f.verdict, f.message_zh, coalesce(v.judgement, '') AS judgement,
    coalesce(v.note, '') AS note, coalesce(v."by", '') AS "by", coalesce(v.at, '') AS at, f.expected, f.actual, f.difference,
    f.holds_if_blank_is_zero, f.evidence, '' AS other_organ, NULL AS other_year, '' AS other_division, f.indicators,
    f.message_en, f.version, r.division, f.snapshot, f.part, f.position, f.key, f.id
FROM findings f JOIN reports r ON r.organ = f.organ AND r.year = f.year AND r.snapshot = f.snapshot AND r.part = f.part
LEFT JOIN reviews v ON v.key = f.key AND v.standing
UNION ALL
SELECT a.organ, a.year, a.rule, a.verdict, a.message_zh, coalesce(v.judgement, ''),
    coalesce(v.note, ''), coalesce(v."by", ''), coalesce(v.at, ''), a.expected, a.actual, a.difference,
    a.holds_if_blank_is_zero, a.evidence, a.other_organ, a.other_year, a.other_division, a.indicators,
    a.message_en, a.version, a.division, NULL, NULL, NULL, a.key, a.id
FROM audits a LEFT JOIN reviews v ON v.key = a.key AND v.standing;

-- The rules as `nianbao check` last applied them, and how often: what a count of findings has to be read beside.
CREATE TABLE IF NOT EXISTS rules (
    name TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    source TEXT NOT NULL,      -- law or form that it comes from; '' for what only the reading itself can say
    across INTEGER NOT NULL,   -- 1: compares reports with others
    applied INTEGER NOT NULL,  -- reports that it could be applied to
    passed INTEGER NOT NULL    -- checks by it that held, in current readings
) WITHOUT ROWID;

-- How many findings of reports and how many events there are, by what pages narrow them by; dismissed ones are in it, and
-- pages take off those that are dismissed at the moment. Beside them what a count of findings has to be read beside: to how
-- many reports each rule could be applied. Made again by `nianbao check`.
CREATE TABLE IF NOT EXISTS tallies (
    counted TEXT NOT NULL,     -- findings, events; passed: checks that held; applied: reports that a rule inside them said anything of;
                               -- needs: that have what such a rule needs; compared: that a rule across reports could be applied to;
                               -- peers: that stand beside each other
    name TEXT NOT NULL,        -- rule; kind of event; what is needed (applied.py); level of peers
    verdict TEXT NOT NULL,     -- of findings; of peers the headline of which they have a number, '' for all; else ''
    year INTEGER NOT NULL,     -- report year
    region TEXT NOT NULL,      -- first two digits of the division; '' where it is not known, or the whole country
    kind TEXT NOT NULL,        -- of findings and events: government, town, department: what the law calls the organ; else ''
    number INTEGER NOT NULL,
    reports INTEGER NOT NULL,  -- how many reports these stand at
    PRIMARY KEY (counted, name, verdict, year, region, kind)
) WITHOUT ROWID;

-- What each division and year adds to `tallies`, so that what changes is taken off and put in again.
CREATE TABLE IF NOT EXISTS tallied (
    division TEXT NOT NULL,
    year INTEGER NOT NULL,
    counts TEXT NOT NULL,      -- JSON array of [counted, name, verdict, kind, number, reports]
    PRIMARY KEY (division, year)
) WITHOUT ROWID;

-- What changed since it was last summed, marked by triggers (stale.py); `nianbao check` empties both.
CREATE TABLE IF NOT EXISTS stale (
    division TEXT NOT NULL,
    year INTEGER NOT NULL,
    PRIMARY KEY (division, year)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stale_sources (
    source TEXT NOT NULL,      -- or several, with blanks between them
    taken INTEGER NOT NULL,    -- 1: a run has begun on it, or only its sums are to be made again
    PRIMARY KEY (source, taken)
) WITHOUT ROWID;

-- What every organ owes or published, organ x year, and how it stands (ledger.py); made again by `nianbao check`.
CREATE TABLE IF NOT EXISTS owed (
    organ TEXT NOT NULL,
    year INTEGER NOT NULL,
    division TEXT NOT NULL,
    kind TEXT NOT NULL,        -- government, town, department: what the law calls the organ
    standing TEXT NOT NULL,    -- found, blank, unreadable, missing, blocked; unknown where nobody looked well enough
    flags TEXT NOT NULL,       -- of a report that is kept: removed, blocked
    timely TEXT NOT NULL,      -- on_time, late, unknown; '' where there is no report
    timely_by TEXT NOT NULL,   -- first_seen, printed, watched
    deadline TEXT NOT NULL,    -- YYYY-MM-DD
    printed TEXT,              -- YYYY-MM-DD, as the reading has it
    list_date TEXT,            -- YYYY-MM-DD, beside the link
    modified TEXT,             -- Last-Modified of the first capture: UTC, YYYYMMDDhhmmss
    first_seen TEXT,           -- UTC, YYYYMMDDhhmmss
    snapshot TEXT REFERENCES snapshots (id), -- the current reading
    part INTEGER,
    source TEXT NOT NULL,      -- where the report was seen, or would be
    because TEXT NOT NULL,     -- JSON object: registry, earlier, later, siblings; {} where only the report itself says so
    PRIMARY KEY (organ, year, division)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS owed_standing ON owed (standing, year);
CREATE INDEX IF NOT EXISTS owed_division ON owed (division, year);
CREATE INDEX IF NOT EXISTS owed_source ON owed (source, standing);
CREATE INDEX IF NOT EXISTS owed_late ON owed (division, organ) WHERE timely = 'late';

-- What the events of reports that met trouble were judged by, so that only what changed is judged again.
CREATE TABLE IF NOT EXISTS looked (
    source TEXT PRIMARY KEY,
    state TEXT NOT NULL        -- how many captures it has, the newest, and a hash of the readings that are no pages
) WITHOUT ROWID;

-- What `owed` was made from besides the reports, so that only what changed is made again.
CREATE TABLE IF NOT EXISTS watched (
    source TEXT PRIMARY KEY,   -- '' for the years that were due
    state TEXT NOT NULL        -- organ of the registry and a hash of how the column was seen and what it named
) WITHOUT ROWID;

-- The ledger: one state for each, the first that holds of missing, blocked, unknown, unreadable, blank, contradictory,
-- late, on_time, found; all that hold are in flags. Not by way of report_findings, all of which SQLite would make for each row.
CREATE VIEW IF NOT EXISTS ledger AS
SELECT organ, year, division, kind,
    CASE WHEN standing <> 'found' THEN standing WHEN contradictory THEN 'contradictory'
         WHEN timely IN ('late', 'on_time') THEN timely ELSE 'found' END AS state,
    trim(standing || CASE WHEN contradictory THEN ' contradictory' ELSE '' END
         || CASE WHEN timely IN ('late', 'on_time') THEN ' ' || timely ELSE '' END || ' ' || flags) AS flags,
    timely_by, deadline, printed, list_date, modified, first_seen, snapshot, part, source, because
FROM (SELECT owed.*, standing = 'found' AND (
        EXISTS (SELECT 1 FROM reports r CROSS JOIN findings f ON f.snapshot = r.snapshot AND f.part = r.part
            AND f.organ = r.organ AND f.year = r.year
            WHERE r.organ = owed.organ AND r.year = owed.year AND r.division = owed.division AND f.verdict = 'FAIL'
            AND f.expected IS NOT NULL AND f.actual IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM reviews v WHERE v.key = f.key AND v.standing AND v.judgement = 'dismissed'))
        OR EXISTS (SELECT 1 FROM audits a WHERE a.organ = owed.organ AND a.year = owed.year AND a.division = owed.division
            AND a.verdict = 'FAIL' AND a.expected IS NOT NULL AND a.actual IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM reviews v WHERE v.key = a.key AND v.standing AND v.judgement = 'dismissed')))
        AS contradictory
      FROM owed);

-- The next seven are sums that pages show at once; made by `nianbao check` (aggregates.py), as of the last one.
-- Divisions that have a report, and those above them. In the other tables `place` is CN for the country, two digits for a province
-- and four for a city, each with all below it; six for the organs of that very division; '' for those whose division is not known.
CREATE TABLE IF NOT EXISTS places (
    code TEXT PRIMARY KEY,     -- six digits, GB/T 2260
    place TEXT NOT NULL,       -- as the other tables name it
    parent TEXT NOT NULL,      -- code of the division above, '' for a province
    level TEXT NOT NULL,       -- province, city, county
    name TEXT NOT NULL         -- as its newest report is filed; the code where none says it
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS places_parent ON places (parent);

-- Reports of one tier in one place and year. Tiers do not overlap, while a government's report may cover its departments', so that
-- sums across tiers would count twice.
CREATE TABLE IF NOT EXISTS report_years (
    place TEXT NOT NULL,
    tier TEXT NOT NULL,        -- province, city, county: a government of that level; department, town
    year INTEGER NOT NULL,
    reports INTEGER NOT NULL,
    readable INTEGER NOT NULL, -- of them with any number
    PRIMARY KEY (place, tier, year)
) WITHOUT ROWID;

-- Sums of one indicator over reports of one tier; no row where no report has a number. Blank is never zero: it is left out.
CREATE TABLE IF NOT EXISTS measures (
    place TEXT NOT NULL,
    tier TEXT NOT NULL,
    year INTEGER NOT NULL,
    indicator TEXT NOT NULL,   -- X.total of a group X of rows is the sum of their totals, where all are numbers
    counted INTEGER NOT NULL,  -- reports with a number
    total INTEGER NOT NULL,    -- sum of these
    paired INTEGER NOT NULL,   -- reports with a number of this and of what it is a share of; 0 where it is no share
    part INTEGER NOT NULL,     -- sum over the paired
    whole INTEGER NOT NULL,    -- sum of what it is a share of, over the same
    PRIMARY KEY (place, tier, year, indicator)
) WITHOUT ROWID;

-- The ledger counted: organs that owe a report for one year, and what became of it.
CREATE TABLE IF NOT EXISTS ledger_years (
    place TEXT NOT NULL,
    year INTEGER NOT NULL,
    owed INTEGER NOT NULL,     -- the next seven make this
    found INTEGER NOT NULL,
    blank INTEGER NOT NULL,
    unreadable INTEGER NOT NULL,
    withheld INTEGER NOT NULL,
    missing INTEGER NOT NULL,
    blocked INTEGER NOT NULL,
    unknown INTEGER NOT NULL,
    on_time INTEGER NOT NULL,  -- this and the next two of those that are kept
    late INTEGER NOT NULL,
    removed INTEGER NOT NULL,
    PRIMARY KEY (place, year)
) WITHOUT ROWID;

-- Contradictions worth a look: of each report the one that is farthest off, the farthest first; none that a picture was read for.
CREATE TABLE IF NOT EXISTS striking (
    key TEXT PRIMARY KEY,      -- of the finding
    score REAL NOT NULL,       -- square of the difference over the sum of both numbers
    organ TEXT NOT NULL,
    year INTEGER NOT NULL,
    division TEXT NOT NULL
) WITHOUT ROWID;

-- What each source gave, as of the last check; what broke of it since is in health.
CREATE TABLE IF NOT EXISTS source_totals (
    source TEXT PRIMARY KEY,
    captures INTEGER NOT NULL,
    lists INTEGER NOT NULL,
    reports INTEGER NOT NULL,
    with_numbers INTEGER NOT NULL,
    skipped INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    findings INTEGER NOT NULL,
    dismissed INTEGER NOT NULL,
    weaker TEXT NOT NULL,      -- what there is less of than before; '' if nothing
    weaker_since TEXT,         -- UTC, YYYYMMDDhhmmss
    filled REAL,               -- share of its reports with numbers
    passed REAL,               -- share of its reports without a rule that fails
    found INTEGER NOT NULL,    -- of what the ledger says is owed
    missing INTEGER NOT NULL
) WITHOUT ROWID;

-- How much there is.
CREATE TABLE IF NOT EXISTS totals (
    name TEXT PRIMARY KEY,     -- reports, organs, years, first, last, readable, wrong, snapshots
    value INTEGER              -- NULL where there is none, as the first year of no report
) WITHOUT ROWID;

-- The forms: every indicator with its official labels. Copied in from parsers/forms when the archive is made.
CREATE TABLE IF NOT EXISTS indicators (
    form TEXT NOT NULL,
    "table" TEXT NOT NULL,
    position INTEGER NOT NULL, -- order in the form, from 0
    "row" TEXT NOT NULL,
    "column" TEXT NOT NULL,
    indicator TEXT NOT NULL,
    row_label TEXT NOT NULL,
    column_label TEXT NOT NULL,
    unit TEXT NOT NULL,
    PRIMARY KEY (form, indicator)
) WITHOUT ROWID;
