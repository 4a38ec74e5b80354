SET hive.exec.dynamic.partition = true;
ADD JAR hdfs:///udf.jar;

CREATE EXTERNAL TABLE IF NOT EXISTS raw.logs (line STRING, tags ARRAY<STRING>, extra MAP<STRING,INT>)
PARTITIONED BY (day STRING) ROW FORMAT DELIMITED FIELDS TERMINATED BY '\t' STORED AS TEXTFILE LOCATION '/logs';

INSERT OVERWRITE TABLE mart.tags PARTITION (day = '${day}')
SELECT l.line, t.tag FROM raw.logs l LATERAL VIEW explode(l.tags) t AS tag WHERE l.day = '${day}';

INSERT INTO TABLE mart.known SELECT k.tag FROM mart.tags k LEFT SEMI JOIN raw.dictionary d ON k.tag = d.tag;
