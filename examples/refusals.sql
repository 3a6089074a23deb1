-- Refusals by province and year, of the requests that were decided, and in how many reports both are numbers.
-- cd RELEASE; duckdb < refusals.sql
WITH report AS (
    SELECT organ, division, province, year,
        sum(value) FILTER (indicator LIKE 'requests.denied.%.total') AS refused,
        count(*) FILTER (indicator LIKE 'requests.denied.%.total' AND state = 'number') = 8 AS known, -- all eight reasons
        max(value) FILTER (indicator = 'requests.total.total') AS decided
    FROM read_parquet('parquet/panel/*.parquet')
    GROUP BY ALL
)
SELECT province, year,
    CAST(sum(refused) FILTER (known AND decided IS NOT NULL) AS BIGINT) AS refused,
    CAST(sum(decided) FILTER (known AND decided IS NOT NULL) AS BIGINT) AS decided,
    count(*) FILTER (known AND decided IS NOT NULL) AS with_numbers,
    count(*) AS reports
FROM report
GROUP BY province, year
ORDER BY year, province;
