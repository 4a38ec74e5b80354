CREATE TABLE `labels2` ENGINE=InnoDB AS SELECT a "First", b 'Second', DATE '2020-01-01' AS d, CONCAT(c, "x") AS `c` FROM `src`;
