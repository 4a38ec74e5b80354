CREATE TEMP TABLE tmp_people AS
SELECT id, name, CASE WHEN state = 'closed' THEN 'gone' WHEN state = 'open' THEN 'here' END AS kind FROM crm.people;
CREATE TEMP TABLE tmp_lines AS SELECT order_id, line, qty, person FROM shop.lines WHERE person IS NOT NULL;
TRUNCATE mart.person_lines;
INSERT INTO mart.person_lines (id, kind, qty)
SELECT p.id, p.kind, sum(l.qty) FROM tmp_people p LEFT JOIN tmp_lines l ON l.person = p.id GROUP BY p.id, p.kind;
