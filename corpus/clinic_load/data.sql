-- Patients, visits and calls: nulls in keys and values, whole rows twice, keys that match nothing, mixed case,
-- every kind of white space around names, fractions where a whole number is wanted.
CREATE SCHEMA clinic;
CREATE SCHEMA reports;
CREATE TABLE clinic.patients (patient_id integer, full_name text, birth_year double precision, phone text, consent text);
CREATE TABLE clinic.visits (visit_id integer, patient_id integer, department text, arrived_on date, minutes_waited double precision, fee numeric(10,2), discount numeric(10,2));
CREATE TABLE clinic.calls (call_id integer, patient_id integer, started_on date, fee numeric(10,2), platform text);

INSERT INTO clinic.patients
SELECT i,
       CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN E'\tAda ' || i || E'\n' WHEN 2 THEN '  Bob ' || i WHEN 3 THEN '' ELSE 'Cyd ' || i END,
       CASE WHEN i % 5 = 0 THEN NULL ELSE 1940 + i % 60 + (i % 10) / 10.0 END,
       '555-' || i,
       CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN 'no' WHEN 2 THEN 'YES' WHEN 3 THEN 'Yes' ELSE 'yes' END
FROM generate_series(1, 80) i;
INSERT INTO clinic.patients VALUES
    (NULL, 'Walk In', NULL, NULL, 'y'),
    (4, 'Cyd 4', 1944.4, '555-4', 'yes'),
    (4, 'Cyd 4', 1944.4, '555-4', 'yes'),
    (5, 'Other Five', -0.9, NULL, 'yes');

INSERT INTO clinic.visits
SELECT i,
       CASE WHEN i % 11 = 0 THEN NULL WHEN i % 13 = 0 THEN 900 + i ELSE 1 + (i * 7) % 84 END,
       CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN 'test' WHEN 2 THEN 'Test' WHEN 3 THEN 'cardiology' WHEN 4 THEN 'training' ELSE ' cardiology' END,
       CASE WHEN i % 9 = 0 THEN NULL ELSE DATE '2024-03-01' + i % 60 END,
       CASE WHEN i % 8 = 0 THEN NULL ELSE (i * 37 % 900) / 7.0 - 3 END,
       CASE WHEN i % 10 = 0 THEN NULL ELSE (i * 17 % 400) / 3.0 END,
       CASE WHEN i % 4 = 0 THEN NULL ELSE i % 12 END
FROM generate_series(1, 300) i;
INSERT INTO clinic.visits VALUES
    (9, 4, 'cardiology', '2024-03-10', 44.9, 20, 0),
    (9, 4, 'cardiology', '2024-03-10', 44.9, 20, 0),
    (NULL, 5, 'cardiology', NULL, 3, NULL, NULL),
    (1000, 5, 'oncology', NULL, NULL, NULL, 3);

INSERT INTO clinic.calls
SELECT 5000 + i, CASE WHEN i % 7 = 0 THEN NULL ELSE 1 + (i * 3) % 90 END,
       DATE '2024-03-01' + i % 60, CASE WHEN i % 6 = 0 THEN NULL ELSE i / 4.0 END, 'video'
FROM generate_series(1, 90) i;
