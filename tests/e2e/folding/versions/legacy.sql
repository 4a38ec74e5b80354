-- A version ends when what it says has changed, or when its person is gone.
UPDATE hr_mart.dim_staff d SET valid_to = s.updated, is_current = false
FROM hr.staff s
WHERE s.staff_id = d.staff_id AND d.is_current
  AND (s.name IS DISTINCT FROM d.name OR s.grade IS DISTINCT FROM d.grade);
UPDATE hr_mart.dim_staff SET is_current = false, valid_to = date '2024-12-31'
WHERE is_current AND NOT EXISTS (SELECT 1 FROM hr.staff s WHERE s.staff_id = dim_staff.staff_id);
INSERT INTO hr_mart.dim_staff (staff_id, name, grade, valid_from, is_current)
SELECT s.staff_id, s.name, s.grade, s.updated, true
FROM hr.staff s
LEFT JOIN hr_mart.dim_staff d ON d.staff_id = s.staff_id AND d.is_current
WHERE d.staff_id IS NULL;

UPDATE hr_mart.dim_grade SET valid_to = s.updated FROM hr.staff s
WHERE s.staff_id = dim_grade.staff_id AND valid_to = '9999-12-31' AND s.grade <> dim_grade.grade;
INSERT INTO hr_mart.dim_grade (staff_id, grade, valid_from)
SELECT staff_id, grade, updated FROM hr.staff
WHERE NOT EXISTS (
    SELECT 1 FROM hr_mart.dim_grade WHERE dim_grade.staff_id = staff.staff_id AND dim_grade.valid_to = '9999-12-31'
);
