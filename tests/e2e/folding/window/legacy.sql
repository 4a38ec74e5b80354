-- The days that the clicks cover are replaced; pages that are gone must go.
DELETE FROM web_mart.daily
WHERE day >= (SELECT min(c.day) FROM web.clicks c) AND "page" <> 'it''s "x" \ kept';
INSERT INTO web_mart.daily
SELECT day, page, sum(n) FROM web.clicks WHERE day IS NOT NULL GROUP BY day, page;

DELETE FROM web_mart.by_page AS b USING web.clicks c WHERE c.page = b.page;
INSERT INTO web_mart.by_page (page, clicks)
SELECT page, sum(n) / 7.0 FROM web.clicks GROUP BY page;

-- A window that is empty, and old rows that go in the end.
DELETE FROM web_mart.recent WHERE recent.day IN (SELECT day FROM web.empty_days WHERE day > '2030-01-01');
INSERT INTO web_mart.recent SELECT day, n FROM web.clicks;
DELETE FROM web_mart.recent WHERE day < (SELECT max(day) - 4 FROM web.clicks);
