CREATE TABLE mart.tree AS
WITH RECURSIVE up AS (
    SELECT id, parent_id, 1 AS depth FROM hr.people WHERE parent_id IS NULL
    UNION ALL
    SELECT p.id, p.parent_id, u.depth + 1 FROM hr.people p JOIN up u ON u.id = p.parent_id
)
SELECT id, parent_id, depth FROM up;
