from .settings import MART


def refresh_sql(name):
    return "INSERT INTO %s.%s SELECT id FROM raw.%s" % (MART, name, name)
