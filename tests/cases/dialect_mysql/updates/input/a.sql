CREATE TABLE `shop`.`totals` (`id` INT UNSIGNED NOT NULL AUTO_INCREMENT, `total` DECIMAL(10,2), PRIMARY KEY (`id`), KEY k (`total`)) ENGINE=InnoDB;
INSERT IGNORE INTO `shop`.`totals` (`id`, `total`) SELECT `id`, `amount` FROM `shop`.`orders` LIMIT 5, 10;
UPDATE shop.totals t JOIN shop.fixes f ON f.id = t.id SET t.total = f.total WHERE f.ok = 1;
DELETE t FROM shop.totals t JOIN shop.gone g ON g.id = t.id;
DELIMITER //
CREATE PROCEDURE refill()
BEGIN
    DECLARE n INT DEFAULT 0;
    WHILE n < 3 DO
        INSERT INTO shop.totals (id) SELECT id FROM shop.late;
        SET n = n + 1;
    END WHILE;
END //
DELIMITER ;
