INSERT INTO crm_mart.person (id, name, points)
SELECT id, name, points FROM crm.people WHERE id IS NOT NULL
ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, points = excluded.points;

-- first_seen stays what it was.
INSERT INTO crm_mart.person_seen AS s (id, name, first_seen, last_seen)
SELECT id, name, seen, seen FROM crm.people
ON CONFLICT (id) DO UPDATE SET last_seen = excluded.last_seen, name = excluded.name;

INSERT INTO crm_mart.person_points (id, year, points, n)
SELECT p.id, 2024, sum(p.points), count(*) FROM crm.people p GROUP BY p.id
ON CONFLICT (id, year) DO UPDATE
SET points = person_points.points + excluded.points, n = COALESCE(person_points.n, 0) + 1
WHERE excluded.points IS NOT NULL;

-- The first row by name wins, and only once.
INSERT INTO crm_mart.first_name (id, name)
SELECT id % 5, name FROM crm.people ORDER BY name DESC, points
ON CONFLICT (id) DO NOTHING;

INSERT INTO crm_mart.person_limit
SELECT id, points FROM crm.people WHERE id > 0
ON CONFLICT (id) DO UPDATE SET points = GREATEST(person_limit.points, excluded.points) WHERE person_limit.points < 50;
