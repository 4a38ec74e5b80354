"""Random chains of pandas operations. Each step is one statement that sets `df`, so that steps can be left out
when a failing chain is made small; `kinds` says what is known of the columns on the way."""

TEXTS = ["red", "Red", "RED", "blue", "green", "", " blue ", "a_b%", "it's", "10", "Émile"]
AGGREGATES = {"number": ["sum", "mean", "min", "max", "count", "nunique", "std", "median", "size", "first", "last", "var"],
              "text": ["count", "nunique", "min", "max", "size", "first"],
              "bool": ["sum", "count", "mean", "size", "any", "all"],
              "time": ["min", "max", "count", "nunique"]}


def group_of(kind):
    return "number" if kind in ("int", "float") else "time" if kind in ("date", "ts") else kind


class Chain:
    """One script under construction."""

    def __init__(self, random):
        self.random = random
        self.steps = []
        self.kinds = {}
        self.unique = True  # is the column id still a key of the rows?
        self.fresh = 0

    # ---- choices ----

    def has_key(self):
        return self.unique and "id" in self.kinds

    def columns(self, *kinds):
        return [c for c, k in self.kinds.items() if not kinds or k in kinds]

    def column(self, *kinds):
        found = self.columns(*kinds)
        return self.random.choice(found) if found else None

    def some(self, *kinds, most=3):
        found = self.columns(*kinds)
        return self.random.sample(found, self.random.randint(1, min(most, len(found)))) if found else []

    def new_name(self):
        others = [c for c in self.kinds if c != "id"]
        if self.random.random() < 0.2 and others:
            return self.random.choice(others)
        self.fresh += 1
        return f"c{self.fresh}"

    def constant(self, kind):
        pick = self.random.choice
        return {"int": lambda: pick(["0", "1", "2", "3", "-2", "7"]), "float": lambda: pick(["0", "0.5", "-1.5", "2.25", "3"]),
                "text": lambda: repr(pick(TEXTS)), "bool": lambda: pick(["True", "False"])}[kind]()

    # ---- expressions ----

    def condition(self, depth=0):
        pick, roll = self.random.choice, self.random.random()
        if depth < 2 and roll < 0.3:
            a, b = self.condition(depth + 1), self.condition(depth + 1)
            return f"({a}) {pick('&|')} ({b})" if self.random.random() < 0.75 else f"~({a})"
        c = self.column()
        kind, d = self.kinds[c], f'df["{c}"]'
        if roll < 0.4:
            return f"{d}.{pick(['isna', 'notna'])}()"
        if kind in ("int", "float"):
            other = self.column("int", "float")
            return pick([f"{d} {pick(['>', '>=', '<', '<=', '==', '!='])} {self.constant(kind)}",
                         f"{d}.between({self.constant(kind)}, {self.constant(kind)})",
                         f"{d}.isin([{self.constant(kind)}, {self.constant(kind)}])",
                         f"{d}.{pick(['gt', 'le', 'ne', 'eq'])}({self.constant(kind)})",
                         f'{d} {pick(["<", "!=", "=="])} df["{other}"]'])
        if kind == "text":
            return pick([f"{d} {pick(['==', '!=', '<', '>='])} {self.constant('text')}",
                         f"{d}.isin([{self.constant('text')}, {self.constant('text')}])",
                         f"{d}.str.contains({pick(['e', 'E', 'b%', '_'])!r}, na=False, regex=False)",
                         f"{d}.str.startswith({pick(['r', 'R', ' ', ''])!r}, na=False)",
                         f"{d}.str.lower() == 'red'"])
        if kind == "bool":
            return pick([d, f"{d} == True", f"~{d}"])
        return pick([f"{d} > '2020-02-29'", f"{d}.dt.year == 2020"]) if kind == "ts" else f"{d}.notna()"

    def number(self):
        pick = self.random.choice
        c = self.column("int", "float")
        if not c:
            return "1", "int"
        kind, d = self.kinds[c], f'df["{c}"]'
        other = self.column("int", "float")
        wider = "float" if "float" in (kind, self.kinds[other]) else "int"
        return pick([
            (f'{d} {pick("+-*")} df["{other}"]', wider), (f"{d} {pick('+-*')} {self.constant(kind)}", kind),
            (f'{d} / df["{other}"]', "float"), (f"{d} / 4", "float"), (f"{d} // 3", kind), (f"{d} % 5", kind), (f"{d}.abs()", kind),
            (f"{d}.round({pick(['', '1', '2'])})", kind), (f"{d}.fillna({self.constant(kind)})", kind), (f"-{d}", kind),
            (f"{d}.clip({pick(['0, 2', '1', 'lower=0', 'upper=2'])})", kind), (f"{d}.astype(float)", "float"),
            (f"{d}.fillna(0).astype(int)", "int"), (f"{d}.where({self.condition(1)}, {self.constant(kind)})", kind),
            (f"{d}.mask({self.condition(1)})", kind), (f"np.where({self.condition(1)}, {d}, {self.constant(kind)})", kind),
            (f"{d}.replace({self.constant(kind)}, {self.constant(kind)})", kind),
            (f"{d}.replace({{1: 2, 2: 1}})", kind), (f"{d}.apply(lambda v: v * 2 if v > 1 else 0)", kind),
            (f"{d}.map(lambda v: v + 1)", kind), (f"{d}.map({{1: 10, 2: 20}})", "float"),
            (f"df.apply(lambda r: r['{c}'] if r['{other}'] > 1 else 0, axis=1)", wider),
            (f"{d}.combine_first(df['{other}'])", wider), (f"df[['{c}', '{other}']].max(axis=1)", wider),
            (f"({self.condition(1)}).astype(int)", "int"), (f"{d} ** 2", kind), (f"np.round({d}, 1)", kind), (f"np.abs({d})", kind)])

    def text(self):
        pick = self.random.choice
        c = self.column("text")
        if not c:
            return repr(pick(TEXTS)), "text"
        d = f'df["{c}"]'
        other = self.column("text")
        return pick([
            (f"{d}.str.{pick(['upper', 'lower', 'strip', 'lstrip', 'rstrip', 'title', 'capitalize'])}()", "text"),
            (f"{d}.str.len()", "float"), (f"{d}.str[:2]", "text"), (f"{d}.str[1:3]", "text"), (f"{d}.str[0]", "text"),
            (f"{d}.str[-2:]", "text"),
            (f"{d}.str.replace('e', 'x', regex=False)", "text"), (f"{d}.fillna('none')", "text"),
            (f"{d} + '/' + df['{other}']", "text"), (f"{d}.fillna('').str.cat(df['{other}'].fillna(''), sep='-')", "text"),
            (f"{d}.where({self.condition(1)}, '?')", "text"), (f"{d}.map({{'red': 'r', 'blue': 'b'}})", "text"),
            (f"{d}.replace({{'red': 'rot', 'blue': 'red'}})", "text"), (f"{d}.replace(['red', 'Red'], 'rot')", "text"),
            (f"np.where({self.condition(1)}, {d}, '-')", "text"), (f"{d}.str.zfill(4)", "text"),
            (f"{d}.str.split('l').str[0]", "text"), (f"{d}.str.pad(6)", "text"), (f"{d}.str.slice(0, 3)", "text"),
            (f"np.select([{self.condition(1)}, {self.condition(1)}], ['a', 'b'], default='c')", "text")])

    def time(self):
        pick = self.random.choice
        c = self.column("ts")
        day = self.column("date")
        if not c:
            return self.number()
        d = f'df["{c}"]'
        found = [(f"{d}.dt.{pick(['year', 'month', 'day', 'hour', 'minute', 'second', 'quarter', 'dayofweek', 'weekday', 'dayofyear'])}", "float"),
                 (f"{d}.dt.date", "date"), (f"{d}.dt.normalize()", "ts"), (f"{d}.dt.strftime('%Y-%m')", "text"),
                 (f"{d}.dt.day_name()", "text"), (f"{d}.dt.month_name()", "text"), (f"{d} + pd.Timedelta(days=1)", "ts"), (f"{d}.dt.floor('D')", "ts"),
                 (f"{d}.dt.is_month_start", "bool"), (f"({d} - pd.Timestamp('2020-01-01')).dt.days", "float")]
        if day:
            found += [(f"pd.to_datetime(df['{day}'])", "ts"), (f"pd.to_datetime(df['{day}'], errors='coerce')", "ts")]
        return pick(found)

    def value(self):
        return self.random.choice([self.number, self.number, self.text, self.time])()

    # ---- steps ----

    def add(self, code, kinds=None):
        self.steps.append(code)
        if kinds is not None:
            self.kinds = dict(kinds)

    def set_column(self):
        name = self.new_name()
        code, kind = self.value()
        if self.random.random() < 0.2:
            code = f"df = df.assign({name}={code})" if self.random.random() < 0.5 else \
                f"df = df.assign({name}=lambda d: {code.replace('df[', 'd[').replace('df.', 'd.')})"
        else:
            code = f'df["{name}"] = {code}'
        self.add(code)
        self.kinds[name] = kind

    def set_mask(self):
        name = self.new_name()
        self.add(f'df["{name}"] = {self.condition()}')
        self.kinds[name] = "bool"

    def set_where(self):
        c = self.column("int", "float", "text")
        if c and c != "id":
            self.add(f'df.loc[{self.condition()}, "{c}"] = {self.constant(self.kinds[c])}')

    def filter(self):
        pick = self.random.choice
        self.add(pick([f"df = df[{self.condition()}]", f"df = df.loc[{self.condition()}]",
                       f"df = df.loc[{self.condition()}].copy()", f"df = df[{self.condition()}].reset_index(drop=True)"]))

    def query(self):
        c = self.column("int", "float")
        t = self.column("text")
        if c:
            texts = [f"{t} == 'red'", f"{t} != 'red'", f"{t} in ['red', 'blue']"] if t else []
            parts = [f"{c} > {self.constant('int')}", f"{c} <= 2 and {c} != 0", f"not {c} == 1", *texts]
            self.add(f'df = df.query("{self.random.choice(parts)}")')

    def fillna_dict(self):
        names = self.some("int", "float", "text")
        if names:
            self.add("df = df.fillna({" + ", ".join(f'"{c}": {self.constant(self.kinds[c])}' for c in names) + "})")

    def dropna(self):
        pick = self.random.choice
        self.add(pick([f"df = df.dropna(subset={self.some()!r})", f"df = df.dropna(subset={self.some()!r}, how='all')",
                       f"df.dropna(subset={self.some()!r}, inplace=True)", "df = df.dropna()"]))

    def keep(self):
        names = self.some(most=6)
        if self.random.random() < 0.5:
            for wanted in ("k", "n", "id"):
                if wanted in self.kinds and wanted not in names:
                    names.append(wanted)
        self.add(self.random.choice([f"df = df[{names!r}]", f"df = df.loc[:, {names!r}]", f"df = df.filter(items={names!r})",
                                     f"df = df.reindex(columns={names!r})"]), {c: self.kinds[c] for c in names})
        return names

    def drop(self):
        names = self.some(most=2)
        if len(names) < len(self.kinds) - 1:
            self.add(self.random.choice([f"df = df.drop(columns={names!r})", f"df = df.drop({names!r}, axis=1)",
                                         f"df.drop(columns={names!r}, inplace=True)"]),
                     {c: k for c, k in self.kinds.items() if c not in names})

    def rename(self):
        old = self.column()
        self.fresh += 1
        new = f"r{self.fresh}"
        self.add(f'df = df.rename(columns={{"{old}": "{new}"}})',
                 {new if c == old else c: k for c, k in self.kinds.items()})

    def sort(self):
        if not self.has_key():
            return
        first = self.column()
        by = list(dict.fromkeys([first, "id"]))
        ways = [str(self.random.random() < 0.6) for _ in by]
        how = f", ascending=[{', '.join(ways)}]" + (", na_position='first'" if self.random.random() < 0.3 else "")
        self.add(f"df = df.sort_values({by!r}{how})")

    def top(self):
        if self.has_key():
            self.sort()
            how = self.random.choice([".head(4)", ".tail(3)", ".iloc[:4]", "[:5]"])
            self.add(f"df = df{how}")

    def largest(self):
        if self.has_key():
            self.add(f"df = df.{self.random.choice(['nlargest', 'nsmallest'])}(3, 'id')")

    def ordered(self):
        """What looks at the rows before: after a sort by a key, and over groups too."""
        if not self.has_key():
            return
        self.sort()
        name, c = self.new_name(), self.column("int", "float")
        by = self.column("text", "int", "bool")
        pick = self.random.choice
        made = [f'df["{c}"].cumsum()', f'df["{c}"].shift(1)', f'df["{c}"].diff()', f'df["{c}"].shift(-1)',
                f'df["{c}"].rank()', f'df["{c}"].rank(method="dense", ascending=False)', f'df["{c}"].rolling(3).sum()',
                f'df["{c}"].rolling(2, min_periods=1).mean()', f'df["{c}"].ffill()', f'df["{c}"].cummax()', f'df["{c}"].pct_change()',
                f'df["{c}"].expanding().mean()']
        if by:
            made += [f'df.groupby("{by}")["{c}"].cumsum()', f'df.groupby("{by}").cumcount()', f'df.groupby("{by}")["{c}"].shift(1)',
                     f'df.groupby("{by}")["{c}"].rank(method="min")', f'df.groupby("{by}")["{c}"].diff()',
                     f'df.groupby("{by}")["{c}"].transform("{pick(["sum", "mean", "max", "count", "first", "nunique", "size"])}")',
                     f'df.groupby("{by}")["{c}"].ffill()', f'df.groupby("{by}")["{c}"].rank(ascending=False, method="first")',
                     f'df.groupby("{by}", dropna=False)["{c}"].transform("sum")']
        self.add(f'df["{name}"] = {pick(made)}')
        self.kinds[name] = "float"

    def duplicates(self):
        pick = self.random.choice
        if self.has_key() and self.random.random() < 0.7:
            self.sort()
            self.add(pick([f"df = df.drop_duplicates(subset={self.some()!r}, keep='{pick(['first', 'last'])}')",
                           f"df = df[~df.duplicated({self.some()!r})]", f'df["dup"] = df.duplicated({self.some()!r}, keep="last")',
                           f"df = df.drop_duplicates({self.some()!r}, keep=False)"]))
            if self.steps[-1].startswith('df["dup"]'):
                self.kinds["dup"] = "bool"
        else:
            names = self.keep()
            self.add(pick(["df = df.drop_duplicates()", "df = df.drop_duplicates(ignore_index=True)",
                           f"df = df[~df.duplicated(subset={names!r}, keep=False)]"]))

    def group(self):
        pick = self.random.choice
        keys = self.some("text", "int", "bool", "date", most=2)
        values = [c for c in self.columns() if c not in keys]
        if not keys or not values:
            return
        chosen = self.random.sample(values, min(len(values), self.random.randint(1, 3)))
        aggregates = [(c, pick(AGGREGATES[group_of(self.kinds[c])])) for c in chosen]
        kinds = {k: self.kinds[k] for k in keys}
        result = lambda c, a: "float" if a in ("sum", "mean", "count", "nunique", "std", "median", "size", "var") else "bool" if a in ("any", "all") else self.kinds[c]
        drop = pick(["", "", ", dropna=False"])
        way = self.random.randrange(5)
        if way == 0:
            named = ", ".join(f'g_{c}=("{c}", "{a}")' for c, a in aggregates)
            code = f"df = df.groupby({keys!r}, as_index=False{drop}).agg({named})"
            kinds.update({f"g_{c}": result(c, a) for c, a in aggregates})
        elif way == 1:
            code = f"df = df.groupby({keys!r}{drop}).agg({dict(aggregates)!r}).reset_index()"
            kinds.update({c: result(c, a) for c, a in aggregates})
        elif way == 2:
            c, a = aggregates[0]
            if a == "size":
                a = "count"
            code = f'df = df.groupby({keys!r}, as_index=False{drop})["{c}"].{a}()'
            kinds[c] = result(c, a)
        elif way == 3:
            code = f'df = df.groupby({keys!r}{drop}).size().reset_index(name="rows")'
            kinds["rows"] = "int"
        else:
            c, a = aggregates[0]
            if a == "size":
                a = "count"
            code = f'df = df.groupby({keys!r}{drop})["{c}"].agg(["{a}", "count"]).reset_index()' if a != "count" else \
                f'df = df.groupby({keys!r}{drop})["{c}"].count().to_frame("cnt").reset_index()'
            kinds.update({a: result(c, a), "count": "int"} if a != "count" else {"cnt": "int"})
        self.add(code, kinds)
        self.unique = False

    def counts(self):
        c = self.column("text", "int", "bool")
        if c:
            self.unique = False
            self.add(f'df = df["{c}"].value_counts().reset_index()', {c: self.kinds[c], "count": "int"})

    def merge(self):
        pick = self.random.choice
        right = f"dim{self.random.randrange(3)}"
        how = pick(["inner", "left", "left", "right", "outer"])
        extra = pick(["", "", ", suffixes=('', '_r')", ", indicator=True", ", suffixes=('_l', '_r')"])
        on = [c for c, k in (("k", "text"), ("n", "int")) if self.kinds.get(c) == k]
        if not on or {"name", "w"} & set(self.kinds):
            return
        on = self.random.sample(on, self.random.randint(1, len(on)))
        rest = [c for c in ("k", "n", "name", "w") if c not in on]
        if any(c in self.kinds for c in rest):
            rest = [c for c in rest if c not in self.kinds]
        kinds = dict(self.kinds) | {c: {"k": "text", "n": "int", "name": "text", "w": "float"}[c] for c in rest}
        side = f"{right}[{on + rest!r}]"
        if "indicator" in extra:
            if "_merge" in self.kinds or how in ("right", "outer"):
                extra = ""
            else:
                kinds["_merge"] = "text"
        way = self.random.randrange(4)
        if way == 0:
            code = f"df = pd.merge(df, {side}, on={on!r}, how='{how}'{extra})"
        elif way == 1 and how in ("inner", "left") and "indicator" not in extra:
            key = on[0]
            code = f"df = df.merge({right}[{[key] + rest!r}].set_index('{key}'), left_on='{key}', right_index=True, how='{how}')"
            if len(on) > 1:
                return
        elif way == 2 and how in ("inner", "left") and len(on) == 1 and rest:
            code = f"df = df.join({right}[{[on[0]] + rest!r}].set_index('{on[0]}'), on='{on[0]}', how='{how}')"
            kinds.pop("_merge", None) if "_merge" not in self.kinds else None
        else:
            code = f"df = df.merge({side}, how='{how}', on={on!r}{extra})"
        self.add(code, kinds)
        self.unique = False

    def semi(self):
        for c in ("k", "n"):
            if c in self.kinds and self.kinds[c] in ("text", "int") and self.random.random() < 0.7:
                no = self.random.choice(["", "~"])
                self.add(f'df = df[{no}df["{c}"].isin(dim{self.random.randrange(3)}["{c}"])]')
                return

    def concat(self):
        other = f"ev{self.random.randrange(4)}"
        both = [c for c in self.kinds if c in EVENTS and EVENTS[c] == self.kinds[c]]
        if both and len(both) == len(self.kinds):
            self.add(self.random.choice([f"df = pd.concat([df, {other}[{both!r}]], ignore_index=True)",
                                         f"df = pd.concat([df, df[{self.condition()}]])"]))
            self.unique = False
            self.kinds = {c: k for c, k in self.kinds.items() if c != "id"} | ({"id": "int"} if "id" in self.kinds else {})

    def melt(self):
        if {"id", "x", "d"} <= set(self.kinds):
            self.unique = False
            self.add('df = df.melt(id_vars=["id"], value_vars=["x", "d"], var_name="what", value_name="much")',
                     {"id": "int", "what": "text", "much": "float"})

    def pivot(self):
        if {"n", "b", "x"} <= set(self.kinds):
            self.add('df = df.pivot_table(index="n", columns="b", values="x", aggfunc="sum").reset_index()', {"n": "int"})

    def cut(self):
        c = self.column("int", "float")
        if c:
            name = self.new_name()
            self.add(f'df["{name}"] = pd.cut(df["{c}"], bins=[-10, 0, 2, 10], labels=["low", "mid", "high"]).astype(object)')
            self.kinds[name] = "text"

    def index(self):
        c = self.column()
        self.add(self.random.choice([f'df = df.set_index("{c}").reset_index()', f'df.set_index("{c}", inplace=True)\ndf.reset_index(inplace=True)']),
                 {c: self.kinds[c], **{o: k for o, k in self.kinds.items() if o != c}})

    def scalar(self):
        c = self.column("int", "float")
        if c:
            self.add(self.random.choice([f'df = df[df["{c}"] > df["{c}"].mean()]', f'df = df[df["{c}"] == df["{c}"].max()]',
                                         f'least = df["{c}"].min()\ndf = df[df["{c}"] > least]',
                                         f'df["{c}"] = df["{c}"].fillna(df["{c}"].{self.random.choice(["mean", "median", "max"])}())',
                                         f'df["share"] = df["{c}"] / df["{c}"].sum()']))
            if 'df["share"]' in self.steps[-1]:
                self.kinds["share"] = "float"

    def function(self):
        c = self.column("int", "float")
        if c:
            self.add(self.random.choice([f'df = df.pipe(lambda d: d[d["{c}"] > 0])',
                                         f'def least(frame, limit):\n    return frame[frame["{c}"] >= limit]\ndf = least(df, 1)',
                                         f'df = df.pipe(lambda d: d.assign(p=d["{c}"] + 1))']))
            if "assign(p" in self.steps[-1]:
                self.kinds["p"] = self.kinds[c]

    def insert(self):
        name, (code, kind) = f"i{len(self.steps)}", self.number()
        self.add(f'df.insert(0, "{name}", {code})', {name: kind, **self.kinds})

    STEPS = [("set_column", 9), ("set_mask", 2), ("set_where", 2), ("filter", 6), ("query", 2), ("fillna_dict", 2), ("dropna", 3), ("keep", 2),
             ("drop", 2), ("rename", 2), ("sort", 1), ("top", 2), ("largest", 1), ("ordered", 4), ("duplicates", 3), ("group", 5), ("counts", 1),
             ("merge", 5), ("semi", 2), ("concat", 2), ("melt", 1), ("pivot", 1), ("cut", 1), ("index", 1), ("scalar", 2), ("function", 1),
             ("insert", 1)]


EVENTS = {"id": "int", "k": "text", "n": "int", "q": "int", "x": "float", "d": "float", "b": "bool", "day": "date", "ts": "ts"}


def chain(random):
    made = Chain(random)
    made.kinds = dict(EVENTS)
    made.source = f"ev{random.choice([0, 0, 0, 1, 1, 1, 2, 3])}"
    names, weights = zip(*Chain.STEPS)
    wanted, tries = random.randint(1, 5), 0
    while len(made.steps) < wanted and tries < 20 and made.kinds:
        tries += 1
        getattr(made, random.choices(names, weights)[0])()
    return made


# ---- tables and rows ----

TYPES = {"id": "integer NOT NULL", "k": "text", "n": "integer", "q": "integer NOT NULL", "x": "double precision",
         "d": "numeric(10,2)", "b": "boolean NOT NULL", "day": "date", "ts": "timestamp", "name": "text", "w": "double precision"}
TABLES = {**{f"ev{i}": list(EVENTS) for i in range(4)}, **{f"dim{i}": ["k", "n", "name", "w"] for i in range(3)}}
SIZES = {"ev0": 24, "ev1": 40, "ev2": 1, "ev3": 0, "dim0": 9, "dim1": 1, "dim2": 0}


def ddl():
    return "CREATE SCHEMA raw;\n" + "".join(
        f"CREATE TABLE raw.{t} ({', '.join(f'{c} {TYPES[c]}' for c in columns)});\n" for t, columns in TABLES.items())


def rows(random, table):
    """Few values, so that keys meet and rows repeat; halves to round, zeros of both signs, every kind of null."""
    null = 0.45 if table == "ev1" else 0 if SIZES[table] == 1 else 0.15  # a column of nothing but nulls has no type in pandas
    value = {"k": lambda: random.choice(TEXTS), "n": lambda: random.choice([0, 1, 2, 3, -2, 7]), "q": lambda: random.randint(-3, 4),
             "x": lambda: random.choice([0.0, -0.0, 0.5, -0.5, 1.5, 2.5, -2.5, 1e9, 0.125, 3.0, 1e-3]),
             "d": lambda: random.choice(["0.00", "1.25", "-1.25", "10.50", "99.99", "2.00", "0.05"]), "b": lambda: random.random() < 0.5,
             "day": lambda: random.choice(["2020-02-29", "1990-01-31", "2021-12-31", "2020-01-01"]),
             "ts": lambda: random.choice(["2020-02-29 23:59:59", "2020-01-01 00:00:00", "2019-12-31 12:30:15", "2021-06-15 05:05:05.25"]),
             "name": lambda: random.choice(["Ann", "bo", "Cy", ""]), "w": lambda: random.choice([0.0, 1.5, -2.0, 10.0])}
    made = []
    for i in range(SIZES[table]):
        made.append([i + 1 if c == "id" else None if random.random() < null and "NOT NULL" not in TYPES[c] else value[c]()
                     for c in TABLES[table]])
    if table.startswith("ev"):
        random.shuffle(made)
    return made
