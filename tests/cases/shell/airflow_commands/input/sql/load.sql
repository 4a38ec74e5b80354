INSERT INTO mart.orders SELECT id, day FROM stage.orders;
