UPDATE hr.staff SET grade = 'g7', updated = '2024-06-01' WHERE staff_id % 5 = 0;
UPDATE hr.staff SET name = NULL, updated = '2024-06-02' WHERE staff_id = 7;
UPDATE hr.staff SET grade = NULL, updated = '2024-06-03' WHERE staff_id IN (1, 2);
DELETE FROM hr.staff WHERE staff_id IN (3, 8);
INSERT INTO hr.staff VALUES (40, 'new', 'g0', '2024-06-04');
