users = """
CREATE TABLE mart.users AS
SELECT id FROM raw.users
"""
events = "CREATE TABLE mart.events AS SELECT id FROM raw.events"


class Load:
    songs = ("INSERT INTO mart.songs "
             "SELECT id FROM raw.songs")


create_table_queries = [users, events]

if __name__ == "__main__":
    print("SELECT 1 FROM nothing")
