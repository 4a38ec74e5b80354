"""What PostgreSQL's catalogue says of views: their columns in order, and the columns that their queries use."""
import psycopg2

COLUMNS = """
    SELECT c.relname, n.nspname, a.attname, format_type(a.atttypid, NULL)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind IN ('v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    ORDER BY c.oid, a.attnum"""

USES = """
    SELECT DISTINCT v.relname, vn.nspname, rn.nspname, rc.relname, a.attname
    FROM pg_rewrite w JOIN pg_class v ON v.oid = w.ev_class JOIN pg_namespace vn ON vn.oid = v.relnamespace
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
        AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.oid
    JOIN pg_class rc ON rc.oid = d.refobjid JOIN pg_namespace rn ON rn.oid = rc.relnamespace
    LEFT JOIN pg_attribute a ON a.attrelid = rc.oid AND a.attnum = d.refobjsubid AND d.refobjsubid > 0
    WHERE v.relkind IN ('v', 'm') AND vn.nspname NOT IN ('pg_catalog', 'information_schema')"""


FUNCTIONS = """
    SELECT DISTINCT v.relname, vn.nspname
    FROM pg_rewrite w JOIN pg_class v ON v.oid = w.ev_class JOIN pg_namespace vn ON vn.oid = v.relnamespace
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_proc'::regclass
    WHERE vn.nspname NOT IN ('pg_catalog', 'information_schema')"""


CHANGES = """
    SELECT DISTINCT rn.nspname, rc.relname, a.attname
    FROM pg_depend d JOIN pg_class rc ON rc.oid = d.refobjid JOIN pg_namespace rn ON rn.oid = rc.relnamespace
    JOIN pg_attribute a ON a.attrelid = rc.oid AND a.attnum = d.refobjsubid AND d.refobjsubid > 0
    WHERE d.classid = 'pg_proc'::regclass AND d.objid = 'public.changes'::regproc AND d.refclassid = 'pg_class'::regclass"""


class Truth:
    def __init__(self):
        self.calls = False  # functions of the script's own, whose bodies may read more tables
        self.columns = []   # (name, type)
        self.tables = set()
        self.uses = set()   # (schema, table, column)


def read(cursor):
    """{(schema, view): Truth}"""
    views = {}
    cursor.execute(COLUMNS)
    for view, schema, column, kind in cursor.fetchall():
        views.setdefault((schema, view), Truth()).columns.append((column, kind))
    cursor.execute(USES)
    for view, schema, table_schema, table, column in cursor.fetchall():
        truth = views[(schema, view)]
        truth.tables.add((table_schema, table))
        if column is not None:
            truth.uses.add((table_schema, table, column))
    cursor.execute(FUNCTIONS)
    for view, schema in cursor.fetchall():
        views[(schema, view)].calls = True
    return views


def read_change(cursor, statement):
    """The columns that an INSERT, UPDATE, DELETE or MERGE uses or writes, from a function with it as its body."""
    cursor.execute(f"CREATE FUNCTION public.changes() RETURNS void LANGUAGE sql BEGIN ATOMIC {statement} END")
    cursor.execute(CHANGES)
    found = set(cursor.fetchall())
    cursor.execute("DROP FUNCTION public.changes")
    return found


def create(cursor, name, query):
    """Makes a view; the statement that made it, or None when PostgreSQL refuses the query."""
    statement = f"CREATE VIEW {name} AS {query}"
    try:
        cursor.execute(statement)
        return statement
    except psycopg2.errors.DuplicateColumn:
        pass
    except psycopg2.Error as error:
        return refused(error)
    try:
        cursor.execute(f"SELECT * FROM ({query}) AS everything LIMIT 0")
        names = ", ".join(f"k{i}" for i in range(len(cursor.description)))
        statement = f"CREATE VIEW {name} ({names}) AS {query}"
        cursor.execute(statement)
        return statement
    except psycopg2.Error as error:
        return refused(error)


reasons = {}


def refused(error):
    text = str(error).splitlines()[0]
    reasons[text] = reasons.get(text, 0) + 1
