CREATE SCHEMA hr;
CREATE SCHEMA hr_mart;
CREATE TABLE hr.staff (staff_id int, name text, grade text, updated date);
CREATE TABLE hr_mart.dim_staff (staff_id int, name text, grade varchar(10), valid_from date, valid_to date, is_current boolean);
CREATE TABLE hr_mart.dim_grade (staff_id int, grade text, valid_from date, valid_to date DEFAULT '9999-12-31');
