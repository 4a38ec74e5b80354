#!/usr/bin/env bash
# The night's work. Where the database is, PGHOST and its kin say.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

run_file() {
    psql --no-psqlrc -v ON_ERROR_STOP=1 -q -f "$here/sql/$1"
}

# Neither load needs the other.
for load in parcels scans; do
    run_file "stage_$load.sql" &
done
wait

run_file parcel_days.sql

psql --no-psqlrc -v ON_ERROR_STOP=1 -q <<'SQL'
DROP TABLE IF EXISTS mart.depot_load;
CREATE TABLE mart.depot_load AS
SELECT p.depot, count(*) AS parcels, sum(p.weight) AS weight
FROM stage.parcels p
GROUP BY p.depot;
SQL

psql --no-psqlrc -v ON_ERROR_STOP=1 -q -c "DROP TABLE IF EXISTS mart.slow_depots" \
    -c "CREATE TABLE mart.slow_depots AS
        SELECT depot, avg(days) AS days FROM mart.parcel_days WHERE days IS NOT NULL GROUP BY depot"

python3 "$here/check.py"
