psql -c "INSERT INTO mart.report SELECT count(*) FROM mart.orders"
