# Functions for the loads.
DB=shop
run_file() {
    psql -v ON_ERROR_STOP=1 -d "$DB" -f "$here/sql/$1"
}
