CACHE TABLE course AS
SELECT * FROM (SELECT year, course, earnings FROM courses) PIVOT (sum(earnings) AS s, max(earnings) AS m FOR course IN ('dotNET', 'Java' AS j));
INSERT OVERWRITE TABLE mart.course SELECT year, dotNET_s, j_m FROM course;
