SET hive.exec.dynamic.partition = true;
USE staging;
INSERT OVERWRITE TABLE visits PARTITION (dt = '${hiveconf:dt}') SELECT id FROM landing.visits;
USE default;
SELECT id FROM visits;
