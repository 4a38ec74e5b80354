CREATE TABLE #stage DISTKEY (id) SORTKEY (id) AS SELECT id, NVL(name, '') AS name FROM crm.people;
INSERT INTO mart.people SELECT id, name FROM #stage;
