"""A corpus of SQL files like those that people have: joins, CTE chains, windows, views, inserts, procedures.
The same seed gives the same bytes. Beside every file it knows the statements that a parser is handed for it."""
import random

WORDS = ("order customer payment product store region invoice shipment account event session ticket vendor "
         "contract budget claim policy route driver sensor").split()
MEASURES = "amount quantity price cost weight minutes score balance".split()
CONDITIONS = ("{a}.status <> 'cancelled'", "{a}.{m} > {n}", "{a}.created_on >= DATE '2023-01-{d:02d}'",
              "coalesce({a}.region, 'none') IN ('north', 'south', 'east')", "{a}.{m} BETWEEN {n} AND {n}0",
              "NOT EXISTS (SELECT 1 FROM raw.blocked b WHERE b.id = {a}.{w}_id)")


class Writer:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.tables = [f"raw.{w}s" for w in WORDS]

    def pick(self, values):
        return self.random.choice(values)

    def condition(self, alias):
        return self.pick(CONDITIONS).format(a=alias, m=self.pick(MEASURES), n=self.random.randint(1, 900),
                                            d=self.random.randint(1, 28), w=self.pick(WORDS))

    def columns(self, alias, count):
        forms = ("{a}.{w}_id", "coalesce({a}.{m}, 0) AS {m}_{i}", "trim(lower({a}.{w}_name)) AS name_{i}",
                 "CASE WHEN {a}.{m} > {n} THEN 'high' WHEN {a}.{m} IS NULL THEN NULL ELSE 'low' END AS band_{i}",
                 "{a}.{m} * {n} / 100.0 AS share_{i}", "date_trunc('month', {a}.created_on) AS month_{i}")
        return [self.pick(forms).format(a=alias, w=self.pick(WORDS), m=self.pick(MEASURES), i=i,
                                        n=self.random.randint(1, 99)) for i in range(count)]

    def plain(self):
        a = self.pick("abcdt")
        return (f"SELECT {(', ' + chr(10) + '       ').join(self.columns(a, self.random.randint(4, 12)))}\n"
                f"FROM {self.pick(self.tables)} {a}\nWHERE {self.condition(a)}\n  AND {self.condition(a)}")

    def joined(self):
        count = self.random.randint(2, 5)
        first, rest = self.pick(self.tables), [self.pick(self.tables) for _ in range(count - 1)]
        lines = [f"FROM {first} t0"]
        for i, table in enumerate(rest, 1):
            kind = self.pick(("JOIN", "LEFT JOIN", "LEFT JOIN", "INNER JOIN"))
            lines.append(f"{kind} {table} t{i} ON t{i}.{self.pick(WORDS)}_id = t{i - 1}.{self.pick(WORDS)}_id")
        columns = self.columns("t0", 3) + [f"sum(t{i}.{self.pick(MEASURES)}) AS total_{i}" for i in range(count)]
        return (f"SELECT {', '.join(columns)}\n" + "\n".join(lines) +
                f"\nWHERE {self.condition('t0')}\nGROUP BY 1, 2, 3\nHAVING count(*) > 1")

    def windowed(self):
        key, measure = self.pick(WORDS), self.pick(MEASURES)
        return (f"SELECT * FROM (\n    SELECT w.*, row_number() OVER (PARTITION BY w.{key}_id ORDER BY "
                f"w.created_on DESC, w.{measure}) AS nth,\n           sum(w.{measure}) OVER (PARTITION BY "
                f"w.{key}_id) AS total\n    FROM {self.pick(self.tables)} w\n    WHERE {self.condition('w')}\n"
                f") x\nWHERE nth = 1")

    def chained(self):
        steps = self.random.randint(3, 7)
        parts = [f"step0 AS (\n{self.plain()}\n)"]
        for i in range(1, steps):
            parts.append(f"step{i} AS (\n    SELECT s.*, {self.condition('j')} AS flag_{i}\n    FROM step{i - 1} s"
                         f"\n    LEFT JOIN {self.pick(self.tables)} j ON j.{self.pick(WORDS)}_id = s.id\n)")
        return "WITH " + ",\n".join(parts) + f"\nSELECT count(*) AS n, max(flag_1::int) FROM step{steps - 1}"

    def query(self):
        return self.pick((self.plain, self.joined, self.joined, self.windowed, self.chained))()

    def target(self, temp=False):
        name = f"{self.pick(WORDS)}_{self.pick(MEASURES)}_{self.random.randint(1, 9999)}"
        return f"tmp_{name}" if temp else f"mart.{name}"

    def statement(self, temp=False):
        kind = self.random.random()
        if temp or kind < 0.4:
            return f"CREATE {'TEMP ' if temp else ''}TABLE {self.target(temp)} AS\n{self.query()}"
        if kind < 0.6:
            return f"CREATE OR REPLACE VIEW {self.target()} AS\n{self.query()}"
        if kind < 0.85:
            return f"INSERT INTO {self.target()}\n{self.query()}"
        if kind < 0.92:
            return f"UPDATE {self.target()} u SET amount = s.amount FROM {self.pick(self.tables)} s WHERE s.id = u.id"
        return f"DELETE FROM {self.target()} d WHERE {self.condition('d')}"

    def script(self):
        statements = [self.statement() for _ in range(self.random.randint(1, 6))]
        text = "".join(f"-- step {i}: {self.pick(WORDS)}\n{s};\n\n" for i, s in enumerate(statements, 1))
        return text, statements

    def procedure(self):
        statements = [self.statement(temp=i < 3) for i in range(self.random.randint(4, 9))]
        body = "".join(f"  -- {self.pick(WORDS)}\n  {s};\n\n" for s in statements)
        text = (f"CREATE OR REPLACE PROCEDURE etl.load_{self.pick(WORDS)}()\nLANGUAGE plpgsql AS $$\nBEGIN\n"
                f"{body}END;\n$$;\n")
        return text, statements  # the frame around them is not the parser's business


def generate(folder, files, seed):
    """Writes the files; returns (bytes written, every statement)."""
    writer = Writer(seed)
    size, statements = 0, []
    for i in range(files):
        text, parts = writer.procedure() if i % 5 == 4 else writer.script()
        path = folder / f"area_{i % 20:02d}" / f"file_{i:04d}.sql"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        size += len(text)
        statements += parts
    return size, statements
