SET search_path TO shop, public;
CREATE TABLE totals AS SELECT sum(x) AS x FROM orders;
CREATE TABLE public.t AS SELECT x FROM totals;
