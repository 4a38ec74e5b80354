#!/bin/sh
# password=not-this-one
export PGPASSWORD=hunter2x
export DB_URL="postgres://etl:s3cr3tZ@db/prod"
PWD=/srv/etl
psql -h db -c "DELETE FROM mart.a"
# lineage: ignore[LN306] emptied on purpose
psql -h db -c "DELETE FROM mart.b"
psql -h db -c "DELETE FROM mart.c" # lineage: ignore[LN306] so is this
psql <<EOF
DELETE FROM mart.d;
EOF
psql -h db \
    -c "DELETE FROM mart.e"
psql -h db -c "
DELETE FROM mart.f"
