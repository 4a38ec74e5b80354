#!/usr/bin/env bash
# Loads a day: dimensions at the same time, then facts, then what people look at.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
. "$here/lib.sh"
day="${1:-yesterday}"

for dim in customers products; do
    run_file "dim_$dim.sql" &
done
run_file fct_orders.sql &
wait

psql -d shop <<SQL
CREATE TEMP TABLE tmp_day AS SELECT * FROM mart.fct_orders WHERE day = '$day';
SQL
psql -d shop -c "INSERT INTO mart.daily (day, total) SELECT day, sum(total) FROM tmp_day GROUP BY day"

python3 "$here/export.py"
cat <<'SQL' | psql -d shop
INSERT INTO mart.sent (day) SELECT day FROM mart.outbox
SQL
