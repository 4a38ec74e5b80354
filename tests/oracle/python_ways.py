"""Programs that build known texts in the ways in which people build SQL. A program is made of decisions: drawn from a
seed, or given as a tape, so that a failing one can be made smaller by taking decisions away."""
import random
import re

DEEPEST = 3
STATEMENTS = 3
FLAGS = 3
MARK = b"<?>"

IMPORTS = """import collections
import dataclasses
import enum
import functools
import inspect
import io
import itertools
import operator
import os
import pkgutil
import textwrap
import types
from contextlib import contextmanager
from pathlib import Path
from string import Template

import jinja2
import sqlalchemy
from psycopg2 import sql as pgsql
from sqlalchemy import text as sqltext
"""


class Scope:
    """A file of the program: lines to run, in order."""

    def __init__(self, path):
        self.path = path
        self.lines = [IMPORTS]


class Program:
    def __init__(self, seed=None, tape=None):
        self.random = random.Random(seed) if tape is None else None
        self.tape = [] if tape is None else list(tape)
        self.at = 0
        self.names = 0
        self.flags, self.settings, self.texts = [], {}, {}
        self.main = Scope("main.py")
        self.main.lines.append("import driver\n\ncur = driver.connect().cursor()")
        self.scopes = [self.main]
        for n in range(1 + self.draw(STATEMENTS)):
            self.statement(n)

    # ---- decisions ----

    def draw(self, count):
        """A number below count; 0 is the simplest."""
        if self.random:
            self.tape.append(self.random.randrange(count))
        elif self.at == len(self.tape):
            return 0
        self.at += 1
        return self.tape[self.at - 1] % count

    def pick(self, options):
        return options[self.draw(len(options))]

    # ---- files ----

    def fresh(self, prefix="v"):
        self.names += 1
        return f"{prefix}{self.names}"

    def scope(self, path):
        self.scopes.append(Scope(path))
        return self.scopes[-1]

    def text_file(self, content):
        path = f"sql/{self.fresh('q')}.sql"
        self.texts[path] = content
        return path

    def files(self):
        return {scope.path: "\n".join(scope.lines) + "\n" for scope in self.scopes} | self.texts

    def source(self):
        return self.files()["main.py"]

    def flag(self):
        """The name of a flag that only the run knows, an old one or one more."""
        if len(self.flags) < FLAGS:
            self.flags.append(f"FLAG_{len(self.flags)}")
        return self.pick(self.flags)

    def setting(self):
        name = f"SETTING_{len(self.settings)}"
        self.settings[name] = f"only_the_run_knows_{len(self.settings)}_"
        return name

    def unknown_values(self):
        return list(self.settings.values())

    # ---- statements ----

    def statement(self, n):
        number = self.draw(99)
        parts = [f"INTO mart.t{n}_{number} (a, b)\nSELECT x, 'it''s', ",
                 self.pick(["1", "'100%'", "'{b}'", "'$x $$'", "'back\\slash'", "'ü 𝔘'", "\"q\"", "'\t'", "'%s'", "'{{c}}'"]),
                 f" FROM raw.s{n}_{number} WHERE z = ", str(self.draw(1000)).zfill(1 + self.draw(4)),
                 self.pick(["", "\n  AND y = 2\nORDER BY 1", " -- end"])]
        expression = "'INSERT ' + " + self.build("".join(parts), 0, self.main)
        self.main.lines.append(self.pick([
            f"cur.execute({expression})",
            f"statement_{n} = {expression}\ncur.execute(statement_{n})",
            f"cur.execute(sqltext({expression}))",
            f"def run_{n}(sql, dry=False):\n    cur.execute(sql)\n\n\nrun_{n}({expression})",
            f"for sql_{n} in [{expression}]:\n    cur.execute(sql_{n})",
            f"class Job{n}:\n    def __init__(self, sql):\n        self.sql = sql\n        self.cursor = cur\n\n"
            f"    def run(self):\n        self.cursor.execute(self.sql)\n\n\nJob{n}({expression}).run()",
            f"cur.execute(({expression}).strip())",
        ]))

    def literal(self, text):
        plain = '"' not in text and "\\" not in text and "\n" not in text[:1]
        options = [repr(text), f"({text!r})"]
        if plain:
            options.append(f'"""{text}"""')
        if "'" not in text and "\n" not in text and "\\" not in text:
            options.append(f"r'{text}'")
        if len(text) > 3:
            options.append(f"({text[:2]!r}\n    {text[2:]!r})")
        options.append("'" + "".join(f"\\x{ord(c):02x}" if c == "t" else c for c in repr(text)[1:-1]) + "'"
                       if repr(text)[0] == "'" and "\\" not in text else repr(text))
        return self.pick(options)

    def build(self, text, depth, scope):
        """An expression in the scope that gives the text; it may have added lines to run before."""
        if depth > DEEPEST or len(text) < 4:
            return self.literal(text)
        way = self.pick(WAYS)
        expression = way(Builder(self, scope, depth), text)
        return self.literal(text) if expression is None else f"({expression})"


class Builder:
    """What a way has at hand."""

    def __init__(self, program, scope, depth):
        self.program, self.scope, self.depth = program, scope, depth
        self.v = program.fresh()

    def add(self, lines):
        self.scope.lines.append(lines)

    def of(self, text, scope=None):
        return self.program.build(text, self.depth + 1, scope or self.scope)

    def halves(self, text):
        at = 1 + self.program.draw(len(text) - 2)
        return text[:at], text[at:]

    def thirds(self, text):
        a, rest = self.halves(text)
        if len(rest) < 4:
            return a, rest, ""
        return (a, *self.halves(rest))


WAYS = []


def way(function):
    WAYS.append(function)
    return function


def simple(lines, expression):
    """A way of two halves: {a} and {b} are expressions for them, {v} is a fresh name."""
    def build(b, text):
        parts = {"v": b.v}
        parts["a"], parts["b"] = (b.of(half) for half in b.halves(text))
        if lines:
            b.add(lines.format(**parts))
        return expression.format(**parts)
    build.__name__ = expression
    WAYS.append(build)


@way
def plain(b, text):
    return b.program.literal(text)


for lines, expression in [
    ("", "{a} + {b}"),
    ("{v}a = {a}\n{v}b = {b}", 'f"{{{v}a}}{{{v}b}}"'),
    ("{v}a = {a}", 'f"{{{v}a!s}}" + {b}'),
    ("{v}a = {a}\n{v}b = {b}", "f'''{{{v}a}}{{ {v}b }}'''"),
    ("", '"%s%s" % ({a}, {b})'),
    ("", '"%(x)s%(y)s" % {{"x": {a}, "y": {b}}}'),
    ("", '"%(x)s%(y)s" % dict(x={a}, y={b})'),
    ("", '"{{}}{{x}}".format({a}, x={b})'),
    ("", '"{{1}}{{0}}".format({b}, {a})'),
    ("", '"{{x[a]}}{{y[1]}}".format(x={{"a": {a}}}, y=["", {b}])'),
    ("", '"{{a}}{{b}}".format(**{{"a": {a}, "b": {b}}})'),
    ("", '"{{}}{{}}".format(*[{a}, {b}])'),
    ("", '"{{a}}{{b}}".format_map({{"a": {a}, "b": {b}}})'),
    ("", 'str.format("{{}}{{}}", {a}, {b})'),
    ("def {v}(a, b):\n    return '{{a}}{{b}}'.format(**locals())", "{v}({a}, {b})"),
    ("def {v}(a, b):\n    return '%(a)s%(b)s' % locals()", "{v}({a}, {b})"),
    ("", '"".join([{a}, {b}])'),
    ("", '"".join(x for x in ({a}, {b}))'),
    ("", '"".join(map(str, [{a}, {b}]))'),
    ("", '"".join(filter(None, [{a}, "", {b}]))'),
    ("", '"".join(reversed([{b}, {a}]))'),
    ("", "({a}, {b})[0] + [{a}, {b}][-1]"),
    ("{v} = {a}\n{v} += {b}", "{v}"),
    ("{v} = []\n{v}.append({a})\n{v}.append({b})", '"".join({v})'),
    ("{v} = [{b}]\n{v}.insert(0, {a})", '"".join({v})'),
    ("{v} = [{a}]\n{v}.extend(({b},))\n{v} += ['']", '"".join({v})'),
    ("{v} = [{a}, {b}]\n{v}a = {v}.pop(0)\n{v}b = {v}.pop()", "{v}a + {v}b"),
    ("{v} = {{'a': {a}, 'b': {b}}}", "{v}['a'] + {v}.get('b')"),
    ("{v} = dict(a={a})\n{v}['b'] = {b}", "{v}['a'] + {v}['b']"),
    ("{v} = {{'a': {a}}}\n{v}.update({{'b': {b}}})", '"".join({v}.values())'),
    ("{v} = {{'a': {a}, 'b': {b}}}\n{v}s = ''\nfor {v}k, {v}x in {v}.items():\n    {v}s += {v}x", "{v}s"),
    ("{v} = {{'q': {{'a': {a}}}, 'r': [{b}]}}", "{v}['q']['a'] + {v}['r'][0]"),
    ("{v} = {{k: x for k, x in zip('ab', ({a}, {b}))}}", "{v}['a'] + {v}['b']"),
    ("{v} = {{**{{'a': {a}, 'b': ''}}, 'b': {b}}}", "{v}['a'] + {v}['b']"),
    ("{v} = [{a}, {b}]", "{v}[0] + {v}[-1]"),
    ("{v} = [x + y for x, y in zip([{a}], [{b}])]", "{v}[0]"),
    ("{v} = ''\nfor {v}x in ({a}, {b}):\n    {v} = {v} + {v}x", "{v}"),
    ("{v} = ''\nfor {v}i, {v}x in enumerate([{a}, {b}]):\n    if {v}i < 5:\n        {v} += {v}x", "{v}"),
    ("{v}a, {v}b = {a}, {b}", "textwrap.dedent('' + {v}a[:0]) + {v}a + {v}b"),
    ("{v}a, *{v}b = [{a}, {b}, '']", "{v}a + ''.join({v}b)"),
    ("{v}a = {v}b = {a}\n{v}b = {b}", "{v}a + {v}b"),
    ("if ({v} := {a}):\n    {v} += {b}", "{v}"),
    ("def {v}(x, y={b}):\n    return x + y", "{v}({a})"),
    ("def {v}(x, long=False):\n    if long:\n        return x + {b}\n    return x", "{v}({a}, long=True)"),
    ("def {v}(*parts, **named):\n    return ''.join(parts) + named['end']", "{v}({a}, end={b})"),
    ("def {v}(x):\n    def inner(y):\n        return x + y\n    return inner", "{v}({a})({b})"),
    ("def {v}():\n    yield {a}\n    yield {b}", '"".join({v}())'),
    ("def {v}d(function):\n    def inner(*a, **k):\n        return function(*a, **k)\n    return inner\n\n\n"
     "@{v}d\ndef {v}(x):\n    return x + {b}", "{v}({a})"),
    ("{v} = None\n\n\ndef {v}f():\n    global {v}\n    {v} = {a}\n\n\n{v}f()", "{v} + {b}"),
    ("{v} = functools.partial(lambda x, y: x + y, {a})", "{v}({b})"),
    ("", "functools.reduce(operator.add, [[{a}], ['']])[0] + {b}"),
    ("", "(lambda x: x + {b})({a})"),
    ("class {v}:\n    a = {a}\n    b = {b}", "{v}.a + {v}().b"),
    ("class {v}:\n    def __init__(self, x):\n        self.x = x\n\n"
     "    def whole(self):\n        return self.x + {b}", "{v}({a}).whole()"),
    ("class {v}b:\n    table = None\n\n    def sql(self):\n        return self.table + {b}\n\n\n"
     "class {v}({v}b):\n    table = {a}", "{v}().sql()"),
    ("class {v}b:\n    def __init__(self, x):\n        self.x = x\n\n\n"
     "class {v}({v}b):\n    def __init__(self, x, y):\n        super().__init__(x)\n        self.y = y",
     "(lambda o: o.x + o.y)({v}({a}, {b}))"),
    ("class {v}b:\n    def sql(self):\n        return {a}\n\n\n"
     "class {v}({v}b):\n    def sql(self):\n        return super().sql() + {b}", "{v}().sql()"),
    ("class {v}:\n    a = {a}\n\n    @property\n    def sql(self):\n        return self.a + {b}", "{v}().sql"),
    ("class {v}:\n    a = {a}\n\n    @classmethod\n    def sql(cls):\n        return cls.a + {b}", "{v}.sql()"),
    ("class {v}:\n    @staticmethod\n    def sql(x):\n        return x + {b}", "{v}.sql({a})"),
    ("class {v}:\n    def __call__(self, x):\n        return x + {b}", "{v}()({a})"),
    ("@dataclasses.dataclass\nclass {v}:\n    a: str\n    b: str = {b}", "(lambda o: o.a + o.b)({v}({a}))"),
    ("@dataclasses.dataclass\nclass {v}:\n    a: list = dataclasses.field(default_factory=lambda: [{a}])\n"
     "    b: str = ''", "(lambda o: o.a[0] + o.b)({v}(b={b}))"),
    ("class {v}(enum.Enum):\n    A = {a}\n    B = {b} + ' '", "{v}.A.value + {v}.B.value[:-1]"),
    ("{v} = collections.namedtuple('{v}', ['a', 'b'])", "(lambda o: o.a + o.b)({v}({a}, b={b}))"),
    ("{v} = types.SimpleNamespace(a={a}, b={b})", "{v}.a + getattr({v}, 'b')"),
    ("class {v}:\n    def __enter__(self):\n        self.x = {a}\n        return self\n\n"
     "    def __exit__(self, *error):\n        pass\n\n\nwith {v}() as {v}o:\n    {v}r = {v}o.x + {b}", "{v}r"),
    ("@contextmanager\ndef {v}(x):\n    yield x + {b}\n\n\nwith {v}({a}) as {v}o:\n    {v}r = {v}o", "{v}r"),
    ("", '("@@" + {b}).replace("@@", {a})'),
    ("", "('#@' + {a} + {b} + '@#').strip('#').removeprefix('@').removesuffix('@')"),
    ("", "('@@' + {a} + '|@|' + {b}).split('|@|')[0].removeprefix('@@') + {b}"),
    ("{v} = {a} + {b} + '@'", "{v}[:-1]"),
    ("", 'Template("$p${{q}}").substitute(p={a}, q={b})'),
    ("", 'Template("$p$q").safe_substitute({{"p": {a}}}, q={b})'),
    ("", 'jinja2.Template("{{{{ p }}}}{{{{q}}}}").render(p={a}, q={b})'),
    ("", 'jinja2.Template("{{{{ p.x }}}}{{{{ q }}}}").render({{"p": {{"x": {a}}}, "q": {b}}})'),
    ("", 'jinja2.Environment().from_string("{{{{ p }}}}{{{{ q }}}}").render(p={a}, q={b})'),
    ("", "({a} + {b} if len('ab') == 2 else 'x')"),
    ("", "({a} or 'x') + ('' or {b})"),
    ("if 'x' in ('x', 'y'):\n    {v} = {a}\nelse:\n    {v} = 'no'", "{v} + {b}"),
    ("try:\n    {v} = {a}\nfinally:\n    {v}b = {b}", "{v} + {v}b"),
    ("", "pgsql.SQL('{{}}{{x}}').format(pgsql.SQL({a}), x=pgsql.SQL({b})).as_string(None)"),
    ("", "(pgsql.SQL({a}) + pgsql.SQL({b})).as_string(None)"),
    ("", "pgsql.SQL('').join([pgsql.SQL({a}), pgsql.SQL({b})]).as_string(None)"),
    ("", "pgsql.Composed([pgsql.SQL({a}), pgsql.SQL({b})]).as_string(None)"),
]:
    simple(lines, expression)


# ---- the text itself is a format ----

@way
def f_literal(b, text):
    a, m, e = b.thirds(text)
    b.add(f"{b.v} = {b.of(m)}")
    return f"{f_part(a)} f'{{{b.v}}}' {f_part(e)}"


@way
def percent_literal(b, text):
    a, m, e = b.thirds(text)
    return f"{percents(a) + '%s' + percents(e)!r} % {b.of(m)}" if b.program.draw(2) else \
        f"{percents(a) + '%(m)s' + percents(e)!r} % {{'m': {b.of(m)}}}"


@way
def format_literal(b, text):
    a, m, e = b.thirds(text)
    return f"{braces(a) + '{}' + braces(e)!r}.format({b.of(m)})"


@way
def template_literal(b, text):
    a, m, e = b.thirds(text)
    return f"Template({dollars(a) + '${m}' + dollars(e)!r}).substitute(m={b.of(m)})"


@way
def formatted_twice(b, text):
    a, e = b.halves(text)
    if "{" in text or "%" in text:
        return None
    return b.program.pick([f'"{{{{}}}}{{}}".format({b.of(e)}).format({b.of(a)})', f'"%%s%s" % ({b.of(e)},) % ({b.of(a)},)'])


@way
def number(b, text):
    """A number of the text as one, with or without a width."""
    found = re.search(r"\d+", text)
    if not found:
        return None
    digits, a, e = found.group(), text[:found.start()], text[found.end():]
    n, wide = int(digits), len(digits)
    b.add(f"{b.v} = {n}")
    ways = [f"{b.of(a)} + f'{{{b.v}:0{wide}d}}' + {b.of(e)}",
            f"{b.of(a)} + '%0{wide}d' % {b.v} + {b.of(e)}",
            f"{b.of(a)} + '{{:0{wide}}}'.format({b.v}) + {b.of(e)}"]
    if str(n) == digits:
        ways += [f"{b.of(a)} + str({b.v}) + {b.of(e)}", f"{b.of(a)} + f'{{{b.v}}}' + {b.of(e)}",
                 f"'%s%d%s' % ({b.of(a)}, {b.v}, {b.of(e)})", f"{b.of(a)} + str({b.v} - 1 + 1) + {b.of(e)}"]
    return b.program.pick(ways)


@way
def padded(b, text):
    a, e = b.halves(text)
    if len(a) < 2:
        return None
    blanks, rest = " " * (len(a) - len(a.lstrip(" "))), a.lstrip(" ")
    b.add(f"{b.v} = {b.program.literal(rest)}")
    return b.program.pick([f"f'{{{b.v}:>{len(a)}}}' + {b.of(e)}", f"'%{len(a)}s' % {b.v} + {b.of(e)}",
                           f"'{{:>{len(a)}}}'.format({b.v}) + {b.of(e)}"]) if blanks or rest else None


@way
def repeated(b, text):
    for n, c in enumerate(text):
        if text[n + 1:n + 2] == c:
            return f"{b.of(text[:n])} + {c!r} * 2 + {b.of(text[n + 2:])}"
    return None


@way
def dedented(b, text):
    if any(not line or line[0] in " \t" for line in text.split("\n")) or "\t" in text or '"' in text or "\\" in text:
        return None
    inner = "\n".join("        " + line for line in text.split("\n"))
    return f'textwrap.dedent("""\\\n{inner}""")' if b.program.draw(2) else f'inspect.cleandoc("""\n{inner}\n        """)'


# ---- other files ----

@way
def module(b, text):
    scope = b.program.scope(f"mod_{b.v}.py")
    scope.lines.append(f"PART = {b.of(text, scope)}")
    form = b.program.draw(4)
    b.add([f"import mod_{b.v}", f"from mod_{b.v} import PART as {b.v}p", f"import mod_{b.v} as {b.v}m",
           f"from mod_{b.v} import *\n{b.v}s = PART"][form])
    return [f"mod_{b.v}.PART", f"{b.v}p", f"{b.v}m.PART", f"{b.v}s"][form]


@way
def module_function(b, text):
    a, e = b.halves(text)
    scope = b.program.scope(f"mod_{b.v}.py")
    scope.lines.append(f"END = {b.of(e, scope)}\n\n\ndef whole(begin):\n    return begin + END")
    b.add(f"from mod_{b.v} import whole as {b.v}")
    return f"{b.v}({b.of(a)})"


@way
def package(b, text):
    a, e = b.halves(text)
    base = b.program.scope(f"pkg_{b.v}/names.py")
    base.lines.append(f"PART = {b.of(a, base)}")
    scope = b.program.scope(f"pkg_{b.v}/queries.py")
    scope.lines.append("from . import names\nfrom .names import PART")
    scope.lines.append(f"class Queries:\n    whole = names.PART[:0] + PART + {b.of(e, scope)}")
    b.program.scope(f"pkg_{b.v}/__init__.py").lines.append("from .queries import Queries")
    b.add(b.program.pick([f"import pkg_{b.v}.queries\n{b.v} = pkg_{b.v}.queries.Queries",
                          f"from pkg_{b.v} import Queries as {b.v}"]))
    return f"{b.v}.whole"


@way
def text_file(b, text):
    if "\r" in text:
        return None
    path = b.program.text_file(text)
    folder, name = path.split("/")
    form = b.program.draw(8)
    before = ["", "", f"with open('{path}') as {b.v}f:\n    {b.v} = {b.v}f.read()",
              f"def {b.v}(name):\n    with open(os.path.join('{folder}', name + '.sql'), 'r') as file:\n"
              "        return file.read()", f"{b.v} = Path('{folder}') / '{name}'", "", "",
              f"{b.v} = ''\nwith open('{path}') as {b.v}f:\n    for {b.v}l in {b.v}f:\n        {b.v} += {b.v}l"][form]
    if before:
        b.add(before)
    return [f"open('{path}').read()", f"Path('{path}').read_text()", b.v, f"{b.v}('{name[:-4]}')",
            f"{b.v}.read_text(encoding='utf-8')", f"pkgutil.get_data('main', '{path}').decode()",
            f"''.join(open('{path}').readlines())", b.v][form]


@way
def file_format(b, text):
    a, m, e = b.thirds(text)
    path = b.program.text_file(braces(a) + "{m}" + braces(e))
    return f"open('{path}').read().format(m={b.of(m)})"


# ---- what only the run knows ----

@way
def setting(b, text):
    """A part of the text that the environment gives: the statement has a placeholder there."""
    name = b.program.setting()
    a, e = b.halves(text)
    source = b.program.pick([f"os.environ['{name}']", f"os.getenv('{name}')", f"os.environ.get('{name}')"])
    return f"{b.of(a)} + f'{{{source.replace(chr(39), chr(34))}}}' + {b.of(e)}"


@way
def branch(b, text):
    a, e = b.halves(text)
    flag = b.program.flag()
    marks = b.program.fresh("m")
    form = b.program.draw(5)
    if form == 0:
        b.add(f"if os.environ['{flag}']:\n    {b.v} = {b.of(a)}\nelse:\n    {b.v} = {b.of(a)} + ' /*{marks}*/ '")
        return f"{b.v} + {b.of(e)}"
    if form == 1:
        return f"({b.of(a)} if os.environ['{flag}'] else {b.of(a)} + ' /*{marks}*/ ') + {b.of(e)}"
    if form == 2:
        b.add(f"{b.v} = {b.of(a)}\nif os.environ['{flag}']:\n    {b.v} += ' /*{marks}*/ '")
        return f"{b.v} + {b.of(e)}"
    if form == 3:
        b.add(f"if os.environ['{flag}']:\n    {b.v}, {b.v}b = {b.of(a)}, {b.of(e)}\n"
              f"else:\n    {b.v}, {b.v}b = {b.of(a)} + ' /*{marks}*/ ', ' /*{marks}*/ ' + {b.of(e)}")
        return f"{b.v} + {b.v}b"
    b.add(f"def {b.v}(x):\n    if os.environ['{flag}']:\n        return x + ' /*{marks}*/ '\n    return x")
    return f"{b.v}({b.of(a)}) + {b.of(e)}"


@way
def file_branch(b, text):
    one, other = b.program.text_file(text), b.program.text_file(text + " -- other")
    b.add(f"{b.v} = '{one}' if os.environ['{b.program.flag()}'] else '{other}'")
    return f"open({b.v}).read()"


# ---- helpers ----

def braces(text):
    return text.replace("{", "{{").replace("}", "}}")


def percents(text):
    return text.replace("%", "%%")


def dollars(text):
    return text.replace("$", "$$")


def f_part(text):
    return "f" + repr(braces(text))


def with_placeholders(text, values):
    for value in values:
        text = text.replace(value.encode(), MARK)
    return text
