from .connection import run_query
from . import tables


def refresh(name):
    run_query(tables.refresh_sql(name))
