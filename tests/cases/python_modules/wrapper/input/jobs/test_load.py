from lib.db import refresh


def test_refresh():
    refresh("tested")
