SET hive.exec.parallel = true;
CREATE TABLE pairs STORED AS ORC AS SELECT id, k, v, p FROM src LATERAL VIEW explode(props) e AS k, v LATERAL VIEW OUTER posexplode(split(v, ',')) x AS p, piece;
