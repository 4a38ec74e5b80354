"""Random queries over a random schema: valid SQL most of the time, every clause some of the time.

What PostgreSQL refuses is dropped from the sample, so a rule that is only nearly kept costs a query, never a
wrong answer.
"""
from tree import Node, expr, many, opt

TYPES = ["int", "numeric", "text", "date", "boolean"]
NAMES = ["id", "name", "kind", "amount", "price", "day", "parent", "code", "flag", "note", "Total", "order", "x", "y"]
ALIASES = ["a", "b", "c", "d", "e", "o", "p", "s", "t", "u"]
KEYWORDS = {"order"}


def quoted(name):
    return f'"{name}"' if name != name.lower() or name in KEYWORDS or not name.isidentifier() else name


class Item:
    """What one alias in FROM shows: columns are (name, type)."""

    def __init__(self, alias, columns, qualifier=None):
        self.alias = alias
        self.columns = columns
        self.qualifier = qualifier or alias


class Scope:
    def __init__(self, outer=None):
        self.outer = outer
        self.items = []
        self.merged = []   # (name, type) that USING and NATURAL made
        self.only = None   # of a grouped query: the expressions (text, type) that may stand outside aggregates

    def qualified(self, kind):
        if self.only is not None:
            found = [t for t, k in self.only if k == kind]
        else:
            found = [f"{i.qualifier}.{quoted(n)}" for i in self.items for n, k in i.columns if k == kind]
            names = [n for i in self.items for n, _ in i.columns]
            found += [quoted(n) for i in self.items for n, k in i.columns if k == kind and names.count(n) == 1]
            found += [quoted(n) for n, k in self.merged if k == kind]
        return found

    def columns(self, kind):
        found = self.qualified(kind)
        at = self.outer
        while at:
            found += [c for c in at.qualified(kind) if "." in c]
            at = at.outer
        return found


class Generator:
    def __init__(self, random):
        self.random = random
        self.tables = []      # (schema, name, [(column, type)])
        self.count = 0

    # ---- chances

    def one(self, chance):
        return self.random.random() < chance

    def pick(self, things):
        return self.random.choice(things)

    # ---- schema

    def schema(self):
        """The DDL; two schemas on the search path, the same names in both now and then."""
        lines = ["CREATE SCHEMA raw;", "SET search_path TO raw, public;"]
        for i in range(7):
            schema = self.pick(["raw", "public"])
            name = self.pick(["orders", "customers", "items", "Mixed", "events"]) if self.one(0.4) else f"t{i}"
            if any(t[1] == name for t in self.tables):
                name = f"t{i}"
            columns = [(n, self.pick(TYPES)) for n in self.random.sample(NAMES, self.random.randint(2, 6))]
            self.tables.append((schema, name, columns))
            body = ", ".join(f"{quoted(n)} {k}" for n, k in columns)
            lines.append(f"CREATE TABLE {schema}.{quoted(name)} ({body});")
        lines.append("CREATE FUNCTION pairs(n int) RETURNS TABLE (first int, second text) LANGUAGE sql AS "
                     "$$ SELECT 1, 'x'::text $$;")
        return lines

    def add_view(self, name, columns):
        self.tables.append(("raw", name, columns))

    def alias(self):
        if self.one(0.75):
            self.count += 1
            return f"{self.pick(ALIASES)}{self.count}"
        return self.pick(ALIASES)

    # ---- expressions

    def literal(self, kind):
        return {"int": str(self.random.randint(0, 9)), "numeric": "1.5", "text": f"'{self.pick('abc')}'::text",
                "date": "DATE '2020-01-01'", "boolean": self.pick(["true", "false"])}[kind]

    def column(self, kind, scope):
        found = scope.columns(kind)
        return expr(self.pick(found)) if found else expr(self.literal(kind))

    def value(self, kind, scope, depth):
        """An expression of a type."""
        if depth <= 0 or self.one(0.35):
            return self.column(kind, scope) if self.one(0.85) else expr(self.literal(kind))
        makers = [self.call, self.call, self.case, self.cast, self.coalesce]
        if self.one(0.4):
            makers = [self.scalar]
        return self.pick(makers)(kind, scope, depth - 1)

    def call(self, kind, scope, depth):
        def v(k):
            return self.value(k, scope, depth)

        forms = {
            "int": [lambda: expr("(", v("int"), self.pick(["+", "-", "*"]), v("int"), ")"),
                    lambda: expr("length(", v("text"), ")"), lambda: expr("-", v("int")),
                    lambda: expr("abs(", v("int"), ")"), lambda: expr("(ARRAY[", v("int"), ",", v("int"), "])[1]"),
                    lambda: expr("greatest(", v("int"), ",", v("int"), ")")],
            "numeric": [lambda: expr("(", v("numeric"), self.pick(["+", "/"]), v("int"), ")"),
                        lambda: expr("round(", v("numeric"), ",", "2 )"),
                        lambda: expr("least(", v("numeric"), ",", v("int"), ")"),
                        lambda: expr("extract(epoch FROM", v("date"), ")")],
            "text": [lambda: expr("upper(", v("text"), ")"), lambda: expr("(", v("text"), "||", v("text"), ")"),
                     lambda: expr("substring(", v("text"), "FROM 1 FOR", v("int"), ")"),
                     lambda: expr("trim(BOTH FROM", v("text"), ")"), lambda: expr("concat(", v("text"), ",", v("int"), ")"),
                     lambda: expr("(ROW(", v("int"), ",", v("text"), "))::text"),
                     lambda: expr("(", v("text"), 'COLLATE "C" )')],
            "date": [lambda: expr("(", v("date"), "+", v("int"), ")"), lambda: expr("current_date"),
                     lambda: expr("date_trunc('month',", v("date"), ")::date")],
            "boolean": [lambda: self.condition(scope, depth)],
        }
        return self.pick(forms[kind])()

    def case(self, kind, scope, depth):
        branch = lambda: opt("WHEN", self.condition(scope, depth), "THEN", self.value(kind, scope, depth))
        if self.one(0.3):
            return expr("CASE", self.value("int", scope, depth), "WHEN", self.value("int", scope, depth), "THEN",
                        self.value(kind, scope, depth), "ELSE", self.value(kind, scope, depth), "END")
        return expr("CASE", "WHEN", self.condition(scope, depth), "THEN", self.value(kind, scope, depth), branch(),
                    opt("ELSE", self.value(kind, scope, depth)), "END")

    def cast(self, kind, scope, depth):
        if kind == "text":
            inner = self.value(self.pick(TYPES), scope, depth)
        else:
            inner = expr("(", self.value("text", scope, depth), ")") if self.one(0.5) else self.value(kind, scope, depth)
        return expr("CAST(", inner, f"AS {kind} )") if self.one(0.5) else expr("(", inner, f")::{kind}")

    def coalesce(self, kind, scope, depth):
        name = self.pick(["coalesce", "nullif"])
        return expr(f"{name}(", self.value(kind, scope, depth), ",", self.value(kind, scope, depth), ")")

    def scalar(self, kind, scope, depth):
        return expr("(", self.query([kind], scope, depth, tail="LIMIT 1"), ")")

    def condition(self, scope, depth):
        if depth <= 0:
            kind = self.pick(["int", "text", "date"])
            return expr(self.column(kind, scope), self.pick(["=", "<", ">=", "<>"]), self.literal(kind))
        kind = self.pick(["int", "text", "numeric"])
        v = lambda k=kind: self.value(k, scope, depth - 1)
        row = scope.items and scope.only is None
        forms = [lambda: expr("(", self.condition(scope, depth - 1), self.pick(["AND", "OR"]), self.condition(scope, depth - 1), ")"),
                 lambda: expr("NOT", self.condition(scope, depth - 1)),
                 lambda: expr("(", v(), self.pick(["=", "<", ">", "<>", "IS DISTINCT FROM"]), v(), ")"),
                 lambda: expr("(", v(), "BETWEEN", v(), "AND", v(), ")"),
                 lambda: expr("(", v(), "IS", opt("NOT"), "NULL )"),
                 lambda: expr("(", v(), "IN (", many([v(), v()]), ") )"),
                 lambda: expr("(", v("text"), "LIKE", v("text"), ")"),
                 lambda: expr("EXISTS (", self.any_query(scope, depth - 1), ")"),
                 lambda: expr("EXISTS (", self.any_query(scope, depth - 1), ")"),
                 lambda: expr("(", v(), opt("NOT"), "IN (", self.query([kind], scope, depth - 1), ") )"),
                 lambda: expr("(", v(), self.pick(["= ANY", "< ALL", "<> SOME"]), "(", self.query([kind], scope, depth - 1), ") )"),
                 lambda: expr("(", v("int"), "= ANY ( ARRAY(", self.query(["int"], scope, depth - 1), ") ) )"),
                 lambda: expr("( (", v("int"), ",", v("text"), ") = (", self.query(["int", "text"], scope, depth - 1, tail="LIMIT 1"), ") )"),
                 lambda: expr("( (", v("int"), ",", v("text"), ") IN (", self.query(["int", "text"], scope, depth - 1), ") )")]
        if row:
            forms += [lambda: expr("( ROW(", self.pick(scope.items).qualifier, ".*) IS NULL )")]
            forms += [lambda: expr("(", self.pick(scope.items).qualifier, "IS NOT NULL )")]
        return self.pick(forms)()

    def aggregate(self, kind, scope, depth):
        v = lambda k: self.value(k, scope, depth)
        order = lambda: opt("ORDER BY", v(self.pick(TYPES)))
        forms = {
            "int": [lambda: ["count(*)"], lambda: ["count(", self.pick(scope.items).qualifier if scope.items else "1", ")"],
                    lambda: ["count( DISTINCT", self.pick(scope.items).qualifier + ".*" if scope.items else "2", ")"], lambda: ["count(", opt("DISTINCT"), v("text"), ")"], lambda: ["max(", v("int"), ")"],
                    lambda: ["cardinality(array_agg(", v("int"), order(), "))"],
                    lambda: ["mode() WITHIN GROUP (ORDER BY", v("int"), ")"]],
            "numeric": [lambda: ["sum(", v("numeric"), ")"], lambda: ["avg(", v("int"), ")"],
                        lambda: ["percentile_cont(0.5) WITHIN GROUP (ORDER BY", v("int"), ")::numeric"]],
            "text": [lambda: ["string_agg(", v("text"), ", ','", order(), ")"], lambda: ["min(", v("text"), ")"]],
            "date": [lambda: ["max(", v("date"), ")"]],
            "boolean": [lambda: ["bool_or(", self.condition(scope, depth), ")"], lambda: ["every(", self.condition(scope, depth), ")"]],
        }
        parts = self.pick(forms[kind])()
        plain = str(parts[0]).split("(")[0] in ("count", "max", "sum", "avg", "min", "bool_or", "every", "string_agg")
        if plain and self.one(0.25):
            parts.append(opt("FILTER ( WHERE", self.condition(scope, depth), ")"))
        return expr(*parts)

    # ---- windows

    def window_body(self, scope, depth, base=None):
        return Node("window", base or "", opt("PARTITION BY", self.value(self.pick(TYPES), scope, depth)) if not base else "",
                    opt("ORDER BY", self.value(self.pick(TYPES), scope, depth), self.pick(["", "DESC NULLS LAST"])),
                    opt(self.pick(["ROWS BETWEEN 1 PRECEDING AND CURRENT ROW", "ROWS UNBOUNDED PRECEDING"])) if self.one(0.3) else "")

    def windowed(self, kind, scope, depth, names):
        v = lambda k: self.value(k, scope, depth)
        call = {"int": lambda: self.pick([["row_number()"], ["lag(", v("int"), ",", v("int"), ")"], ["count(*)"]]),
                "numeric": lambda: ["sum(", v("numeric"), ")"], "text": lambda: ["first_value(", v("text"), ")"],
                "date": lambda: ["max(", v("date"), ")"], "boolean": lambda: ["bool_and(", v("boolean"), ")"]}[kind]()
        if kind == "numeric" and self.one(0.3):
            call.append(opt("FILTER ( WHERE", self.condition(scope, depth), ")"))
        if names and self.one(0.6):
            return expr(*call, "OVER", self.pick(names))
        base = self.pick(names) if names and self.one(0.2) else None
        return expr(*call, "OVER (", self.window_body(scope, depth, base), ")")

    # ---- FROM

    def table(self, ctes):
        """(text, own name, columns)"""
        if ctes and self.one(0.5):
            name, columns = self.pick(ctes)
            return quoted(name), name, columns
        schema, name, columns = self.pick(self.tables)
        bare = f"{schema}.{quoted(name)}" if any(name == c for c, _ in ctes) or self.one(0.3) else quoted(name)
        return bare, name, columns

    def renamed(self, columns):
        """An alias list for some first columns."""
        if not columns or self.one(0.7):
            return "", columns
        count = self.random.randint(1, len(columns))
        self.count += 1
        names = [f"r{self.count}_{i}" for i in range(count)]
        return f"({', '.join(names)})", [(n, k) for n, (_, k) in zip(names, columns)] + columns[count:]

    def source(self, scope, depth, ctes, lateral=False):
        """(node, Item) for one thing in FROM."""
        alias = self.alias()
        form = self.random.random()
        if depth > 0 and form < 0.25:
            kinds = [self.pick(TYPES) for _ in range(self.random.randint(1, 3))]
            columns = []
            outer = scope if lateral else scope.outer
            body = self.query(kinds, outer, depth - 1, ctes=ctes, made=columns)
            text, columns = self.renamed(columns)
            return Node("item", "LATERAL" if lateral else "", "(", body, f") AS {alias}{text}"), Item(alias, columns)
        if form < 0.33:
            rows = many([Node("row", "(", self.value("int", scope if lateral else Scope(), 0), f", 'v{i}' )") for i in range(2)])
            return (Node("item", "LATERAL" if lateral else "", "( VALUES", rows, f") AS {alias}(v1, v2)"),
                    Item(alias, [("v1", "int"), ("v2", "text")]))
        if form < 0.43:
            return self.function(alias, scope, lateral)
        text, name, columns = self.table(ctes)
        sample = "TABLESAMPLE BERNOULLI (50)" if self.one(0.1) and "." in text and "view_" not in text else ""
        if self.one(0.25) and not any(i.alias == name for i in scope.items):
            return Node("item", text, sample), Item(quoted(name), columns, text if "." in text and self.one(0.3) else quoted(name))
        names, columns = self.renamed(columns)
        return Node("item", text, self.pick(["", "AS"]), f"{alias}{names}", sample), Item(alias, columns)

    def function(self, alias, scope, lateral):
        argument = self.value("int", scope if lateral else Scope(), 0)
        form = self.random.randint(0, 6)
        if form == 0:
            return Node("item", "generate_series(1,", argument, f") AS {alias}"), Item(alias, [(alias, "int")])
        if form == 1:
            return Node("item", "generate_series(1,", argument, f") AS {alias}(n)"), Item(alias, [("n", "int")])
        if form == 2:
            return (Node("item", "unnest(ARRAY[", argument, f"]) WITH ORDINALITY AS {alias}(el, ord)"),
                    Item(alias, [("el", "int"), ("ord", "int")]))
        if form == 3:
            return (Node("item", "ROWS FROM ( generate_series(1,", argument, f"), unnest(ARRAY['q','r']) ) AS {alias}(n, m)"),
                    Item(alias, [("n", "int"), ("m", "text")]))
        if form == 4:
            return (Node("item", "json_to_recordset('[]'::json) AS", f"{alias}(j1 int, j2 text)"),
                    Item(alias, [("j1", "int"), ("j2", "text")]))
        if form == 5:
            return Node("item", "pairs(", argument, f") AS {alias}"), Item(alias, [("first", "int"), ("second", "text")])
        return (Node("item", "jsonb_each_text('{}'::jsonb) WITH ORDINALITY AS", alias),
                Item(alias, [("key", "text"), ("value", "text")]))

    def join(self, left, scope, depth, ctes):
        """left joined with one more item."""
        kind = self.pick(["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "INNER JOIN", "LEFT OUTER JOIN", "CROSS JOIN"])
        before = [n for i in scope.items for n, _ in i.columns]
        lateral = kind in ("JOIN", "LEFT JOIN", "CROSS JOIN") and self.one(0.25)
        right, item = self.source(scope, depth, ctes, lateral)
        if kind == "CROSS JOIN":
            scope.items.append(item)
            return Node("item", left, kind, right)
        types = dict(c for i in scope.items for c in i.columns)
        shared = [n for n, k in item.columns if before.count(n) == 1 and types.get(n) == k]
        taken = {n for n, _ in scope.merged}
        if shared and not lateral and self.one(0.6):
            names = self.random.sample(shared, self.random.randint(1, len(shared)))
            names = [n for n in names if n not in taken] or names
            scope.merged += [(n, k) for n, k in item.columns if n in names and n not in taken]
            scope.items.append(item)
            using = many([quoted(n) for n in names])
            alias = ""
            if self.one(0.15):
                alias = f"AS {self.alias()}"
            return Node("item", left, kind, right, "USING (", using, ")", alias)
        if shared and self.one(0.3):
            scope.merged += [(n, k) for n, k in item.columns if n in shared and n not in taken]
            scope.items.append(item)
            return Node("item", left, "NATURAL", kind, right)
        scope.items.append(item)
        both = Scope(scope.outer)
        both.items = scope.items
        on = "true" if kind == "FULL JOIN" and self.one(0.5) else self.condition(both, min(depth, 1))
        return Node("item", left, kind, right, "ON", on)

    def from_item(self, scope, depth, ctes):
        own = Scope(scope.outer)
        node, item = self.source(own, depth, ctes)
        own.items.append(item)
        for _ in range(self.pick([0, 0, 1, 1, 2])):
            node = self.join(node, own, depth, ctes)
        if len(own.items) > 1 and self.one(0.15):
            alias = self.alias()
            node = Node("item", "(", node, ")", f"AS {alias}")
            if not own.merged:
                columns = [c for i in own.items for c in i.columns]
                names, columns = self.renamed(columns)
                node.parts[-1] += names
                own.items = [Item(alias, columns)]
            else:
                own.items = [Item(alias, [])]
                own.merged = []
        elif len(own.items) > 1 and self.one(0.1):
            node = Node("item", "(", node, ")")
        scope.items += own.items
        scope.merged += own.merged
        return node

    # ---- queries

    def any_query(self, scope, depth):
        return self.query([self.pick(TYPES) for _ in range(self.random.randint(1, 2))], scope, depth,
                          stars=self.one(0.3))

    def with_items(self, outer, depth, ctes):
        """A WITH clause and the names that it adds."""
        items, made = [], list(ctes)
        recursive = self.one(0.25)
        for i in range(self.random.randint(1, 2)):
            name = self.pick([f"w{self.count}_{i}", self.pick(self.tables)[1], f"cte{i}"])
            self.count += 1
            columns = []
            if recursive and i == 0:
                items.append(self.recursive(name, outer, depth, made))
                columns = [("n", "int"), ("label", "text")]
            else:
                kinds = [self.pick(TYPES) for _ in range(self.random.randint(1, 3))]
                body = self.query(kinds, outer, depth - 1, ctes=[c for c in made if c[0] != name], made=columns)
                names, columns = self.renamed(columns)
                items.append(Node("cte", f"{quoted(name)}{names} AS", self.pick(["", "", "MATERIALIZED"]), "(", body, ")"))
            made = [c for c in made if c[0] != name] + [(name, columns)]
        return opt("WITH", "RECURSIVE" if recursive else "", many(items)), made

    def recursive(self, name, outer, depth, ctes):
        base = self.query(["int", "text"], outer, depth - 1, ctes=[c for c in ctes if c[0] != name])
        scope = Scope(outer)
        scope.items = [Item("rec", [("n", "int"), ("label", "text")])]
        others = [c for c in ctes if c[0] != name]
        text, _, columns = self.table(others)
        if text == quoted(name):
            text, columns = "raw." + text, []
        scope.items.append(Item("tt", columns))
        step = Node("query", "SELECT", self.value("int", scope, min(depth, 1)), "+ 1,", self.value("text", scope, min(depth, 1)), "FROM", quoted(name),
                    "rec JOIN", text, "tt ON", self.condition(scope, min(depth, 1)), opt("WHERE rec.n < 5"))
        return Node("cte", f"{quoted(name)}(n, label) AS (", "(", base, ")", self.pick(["UNION ALL", "UNION"]), step, ")")

    def star(self, scope):
        """A star form and its columns, or none."""
        if scope.only is not None or not scope.items:
            return None
        if self.one(0.5):
            item = self.pick(scope.items)
            return f"{item.qualifier}.*", item.columns
        merged = [n for n, _ in scope.merged]
        columns = list(scope.merged) + [c for i in scope.items for c in i.columns if c[0] not in merged]
        return "*", columns

    def output(self, kind, scope, depth, names, windows):
        """(node, column) for one item of a select list."""
        if windows is not None and self.one(0.2):
            value = self.windowed(kind, scope, depth, windows)
        elif scope.only is None and scope.items and kind == "text" and self.one(0.08):
            value = expr(self.pick(scope.items).qualifier, "::text")
        else:
            value = self.value(kind, scope, depth)
        text = str(value)
        if text.split(".")[-1].strip('"').isidentifier() and "(" not in text and self.one(0.6):
            return value, (text.split(".")[-1].strip('"'), kind)
        if self.one(0.15):
            return value, ("?", kind)
        name = self.pick(NAMES) if self.one(0.5) else f"c{len(names)}"
        return Node("output", value, "AS", quoted(name)), (name, kind)

    def grouped(self, kinds, scope, depth, made):
        depth = min(depth, 1)
        keys = []
        for kind in kinds[: self.random.randint(0, len(kinds))]:
            keys.append((str(self.column(kind, scope) if self.one(0.7) else self.value(kind, scope, depth)), kind))
        keys = [k for k in keys if any(ch.isalpha() for ch in k[0]) and "'" not in k[0]]
        inner = Scope(scope.outer)
        inner.only = keys
        outputs = []
        for i, kind in enumerate(kinds):
            own = [k for k in keys if k[1] == kind]
            value = expr(self.pick(own)[0]) if own and self.one(0.6) else self.aggregate(kind, scope, depth)
            outputs.append(Node("output", value, f"AS g{i}") if self.one(0.7) else value)
            made.append((f"g{i}", kind))
        texts = [expr(k[0]) for k in keys]
        having = opt("HAVING", expr(self.aggregate("int", scope, depth), ">", self.value("int", inner, depth))) if self.one(0.4) else ""
        if not texts:
            return outputs, "", having
        form = self.random.random()
        if form < 0.15:
            group = Node("group", "GROUP BY ROLLUP (", many(texts), ")")
        elif form < 0.3:
            group = Node("group", "GROUP BY GROUPING SETS ( (", many(texts), "), () )")
        elif form < 0.4:
            group = Node("group", "GROUP BY CUBE (", many(texts), ")")
        else:
            group = Node("group", "GROUP BY", many(texts))
        return outputs, group, having

    def select(self, kinds, outer, depth, ctes, made, stars):
        scope = Scope(outer)
        items = [self.from_item(scope, depth, ctes) for _ in range(self.pick([1, 1, 1, 2]))] if self.one(0.95) else []
        where = opt("WHERE", self.condition(scope, depth)) if self.one(0.5) else ""
        source = Node("from", "FROM", many(items)) if items else ""
        if items and self.one(0.25) and not stars:
            outputs, group, having = self.grouped(kinds, scope, depth, made)
            return Node("select", "SELECT", many(outputs), source, where, group, having)
        names = [f"w{i}" for i in range(self.pick([0, 0, 0, 1, 2]))] if items else []
        outputs = []
        for kind in kinds:
            star = self.star(scope) if stars and self.one(0.7) else None
            if star:
                outputs.append(star[0])
                made.extend(star[1])
            else:
                node, column = self.output(kind, scope, depth, made, names if items else None)
                outputs.append(node)
                made.append(column)
        distinct = ""
        if self.one(0.12) and items:
            distinct = opt("DISTINCT") if self.one(0.5) else opt("DISTINCT ON (", self.column(self.pick(TYPES), scope), ")")
        windows = opt("WINDOW", many([Node("named", f"{n} AS (", self.window_body(scope, min(depth, 1)), ")") for n in names])) if names else ""
        return Node("select", "SELECT", distinct, many(outputs), source, where, windows)

    def body(self, kinds, outer, depth, ctes, made, stars):
        """A SELECT, now and then VALUES or TABLE."""
        if not stars and self.one(0.04):
            made += [(f"column{i + 1}", k) for i, k in enumerate(kinds)]
            scope = Scope(outer)
            rows = [Node("row", "(", many([self.value(k, scope, depth - 1) for k in kinds]), ")") for _ in range(2)]
            return Node("select", "VALUES", many(rows))
        if stars and self.one(0.1):
            text, _, columns = self.table(ctes)
            made += columns
            return Node("select", "TABLE", text)
        return self.select(kinds, outer, depth, ctes, made, stars)

    def query(self, kinds, outer, depth, ctes=None, made=None, tail="", stars=False):
        """A query with columns of these types (more, when stars are asked for); made gets its columns."""
        ctes, made = ctes or [], made if made is not None else []
        clause = ""
        if depth > 0 and self.one(0.2):
            clause, ctes = self.with_items(outer, depth, ctes)
        stars = stars or (made is not None and tail == "" and len(kinds) > 1 and self.one(0.1))
        body = Node("query", self.body(kinds, outer, depth, ctes, made, stars))
        if depth > 0 and not stars and self.one(0.2):
            operator = self.pick(["UNION ALL", "UNION", "EXCEPT", "INTERSECT", "EXCEPT ALL"])
            right = self.query(kinds, outer, depth - 1, ctes)
            body = Node("query", "(", body, ")", operator, "(", right, ")")
        if not tail and self.one(0.2):
            names = [n for n, _ in made if n != "?"]
            key = quoted(self.pick(names)) if names and self.one(0.5) else "1"
            tail = opt("ORDER BY", key, self.pick(["", "DESC", "NULLS FIRST"]), opt("LIMIT 5") if self.one(0.3) else "")
        return Node("query", clause, body, tail)

    def view(self):
        """A query for a view."""
        kinds = [self.pick(TYPES) for _ in range(self.random.randint(1, 5))]
        return self.query(kinds, None, self.pick([0, 1, 2, 2]), stars=self.one(0.25))
