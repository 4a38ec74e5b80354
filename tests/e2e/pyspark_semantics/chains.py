"""Random chains of PySpark's operations over the tables of the test, from a seed: snippets as snippets.py has them."""
import random

TABLES = {
    "people": {"id": "int", "team": "text", "city": "text", "age": "int", "score": "float", "active": "bool",
               "born": "date", "joined": "time"},
    "orders": {"order_id": "int", "person_id": "int", "amount": "decimal", "quantity": "int", "status": "text",
               "note": "text"},
    "teams": {"team": "text", "lead": "text", "city": "text"},
}
TEXTS = ["red", "blue", "Oslo", "paid", "cancelled", ""]


class Chain:
    def __init__(self, rng):
        self.rng = rng
        table = rng.choice(["people", "people", "orders", "teams"])
        self.columns = dict(TABLES[table])
        self.lines = [f"result = {table}"]
        self.made = 0

    def some(self, *kinds):
        found = [c for c, k in self.columns.items() if k in kinds]
        return self.rng.choice(found) if found else None

    def step(self, call):
        self.lines.append(f"result = result.{call}")

    def name(self):
        self.made += 1
        return f"n{self.made}"

    def condition(self):
        rng = self.rng
        number, text = self.some("int", "float"), self.some("text")
        forms = []
        if number:
            forms += [f'F.col("{number}") {rng.choice(["<", "<=", ">", ">=", "==", "!="])} {rng.choice([0, 1, 20, 35])}',
                      f'F.col("{number}").between(1, {rng.choice([5, 40])})', f'F.col("{number}").isNotNull()',
                      f'~(F.col("{number}") > {rng.choice([1, 20])})']
        if text:
            some = ", ".join(repr(t) for t in rng.sample(TEXTS, 2))
            forms += [f'F.col("{text}").isin({some})', f'~F.col("{text}").isin([{some}])',
                      f'F.col("{text}") != "{rng.choice(TEXTS)}"', f'F.col("{text}").isNull()',
                      f'F.col("{text}").contains("{rng.choice("aeo")}")', f'F.lower("{text}") == "red"']
        if not forms:
            return 'F.lit(True)'
        first = rng.choice(forms)
        if rng.random() < 0.4:
            return f"({first}) {rng.choice('&|')} ({rng.choice(forms)})"
        return first

    def filter(self):
        number, text = self.some("int"), self.some("text")
        if number and text and self.rng.random() < 0.3:
            word = self.rng.choice(["and", "or"])
            self.step(f'''filter("{number} >= 2 {word} not ({text} = 'red')")''')
        else:
            self.step(f"filter({self.condition()})")

    def add(self):
        rng, name = self.rng, self.name()
        number, text, date = self.some("int"), self.some("text"), self.some("date", "time")
        forms = [(f"F.when({self.condition()}, 1).otherwise(0)", "int"),
                 (f'F.when({self.condition()}, "yes")', "text")]
        if number:
            forms += [(f'F.col("{number}") * 2 + 1', "int"), (f'F.coalesce("{number}", F.lit(0))', "int"),
                      (f'F.col("{number}") / 4', "float"), (f'F.abs("{number}")', "int"), (f'-F.col("{number}")', "int")]
        if text:
            forms += [(f'F.upper("{text}")', "text"), (f'F.concat(F.col("{text}"), F.lit("-x"))', "text"),
                      (f'F.length("{text}")', "int"), (f'F.coalesce("{text}", F.lit("none"))', "text"),
                      (f'F.substring("{text}", 1, 2)', "text"), (f'F.expr("lower({text})")', "text")]
        if date:
            forms += [(f'F.year("{date}")', "int"), (f'F.month(F.col("{date}"))', "int")]
        value, kind = rng.choice(forms)
        over = rng.choice(list(self.columns)) if rng.random() < 0.15 else name
        self.step(f'withColumn("{over}", {value})')
        self.columns[over] = kind

    def select(self):
        kept = self.rng.sample(list(self.columns), max(1, len(self.columns) - self.rng.randrange(3)))
        self.step("select(" + ", ".join(f'"{c}"' for c in kept) + ")")
        self.columns = {c: self.columns[c] for c in kept}

    def rename(self):
        old, new = self.rng.choice(list(self.columns)), self.name()
        self.step(f'withColumnRenamed("{old}", "{new}")')
        self.columns = {new if c == old else c: k for c, k in self.columns.items()}

    def drop(self):
        if len(self.columns) > 1:
            column = self.rng.choice(list(self.columns))
            self.step(f'drop("{column}")')
            del self.columns[column]

    def distinct(self):
        self.step("distinct()")

    def group(self):
        keys = self.rng.sample(list(self.columns), min(len(self.columns), self.rng.choice([1, 1, 2])))
        number = self.some("int")
        made, columns = [], {k: self.columns[k] for k in keys}
        for function, kind in self.rng.sample([("sum", "int"), ("max", "int"), ("min", "int"), ("count", "int"),
                                               ("avg", "float")], 2):
            if number and number not in keys:
                name = self.name()
                made.append(f'F.{function}("{number}").alias("{name}")')
                columns[name] = kind
        if not made:
            made, columns["n"] = ['F.count("*").alias("n")'], "int"
        self.step("groupBy(" + ", ".join(f'"{k}"' for k in keys) + f").agg({', '.join(made)})")
        self.columns = columns

    def join(self):
        shared = [c for c in ("team", "city") if self.columns.get(c) == "text"]
        if not shared or "lead" in self.columns:
            return
        key = self.rng.choice(shared)
        other = "city" if key == "team" else "team"
        how = self.rng.choice(["inner", "left", "left_semi", "left_anti"])
        right = f'teams.drop("{other}")' if other in self.columns else "teams"
        self.step(f'join({right}, "{key}", "{how}")')
        if how in ("inner", "left"):
            added = ["lead"] + ([] if other in self.columns else [other])
            order = [key] + [c for c in self.columns if c != key] + added
            self.columns = {c: self.columns.get(c, "text") for c in order}

    def window(self):
        number = self.some("int")
        part, name = self.rng.choice(list(self.columns)), self.name()
        if not number:
            return
        function = self.rng.choice([f'F.max("{number}")', 'F.count("*")', f'F.min("{number}")'])
        order = ""
        if self.rng.random() < 0.5:
            function, order = self.rng.choice(["F.rank()", "F.dense_rank()"]), f'.orderBy("{number}")'
        self.step(f'withColumn("{name}", {function}.over(Window.partitionBy("{part}"){order}))')
        self.columns[name] = "int"

    def again(self):
        self.step("union(result)")

    def top(self):
        keys = ", ".join(f'"{c}"' for c in self.columns)
        self.step(f"orderBy({keys}).limit({self.rng.choice([1, 3, 5])})")


STEPS = [Chain.filter, Chain.filter, Chain.filter, Chain.add, Chain.add, Chain.add, Chain.select, Chain.rename,
         Chain.drop, Chain.distinct, Chain.group, Chain.join, Chain.join, Chain.window, Chain.again, Chain.top]


def chains(seed, count):
    """(name, code, None) for each, as snippets() gives them."""
    for number in range(count):
        chain = Chain(random.Random(f"{seed}/{number}"))
        for _ in range(chain.rng.randrange(2, 7)):
            chain.rng.choice(STEPS)(chain)
        yield f"chain_{seed}_{number}", "\n".join(chain.lines) + "\n", None
