INSERT INTO {{ params.schema }}.totals (id, total)
SELECT o.id, sum(o.amount), FROM ${db}.orders o JOIN raw.days d WHERE o.day = '{{ ds }}' AND d.n = %(n)s
GROUP BY o.id

CREATE TABLE IF NOT EXISTS mart.next AS SELECT * FROM (SELECT id FROM raw.ids)
