from lib.db import run_query, refresh
from lib.db.settings import *

run_query(f"INSERT INTO {MART}.orders SELECT id FROM {RAW}.orders")
refresh("customers")
