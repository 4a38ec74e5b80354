"""Queries as trees of text, so that a failing one can be made smaller without knowing SQL.

A node's parts are strings and nodes; printing it joins them. Its kind says what it may shrink to:
    query, item, expr   a node of the same kind below it (an expr also NULL)
    opt                 nothing
    many                fewer of its parts, but one
"""


class Node:
    def __init__(self, kind, *parts, sep=" "):
        self.kind = kind
        self.parts = list(parts)
        self.sep = sep

    def __str__(self):
        return self.sep.join(s for s in map(str, self.parts) if s)


def opt(*parts):
    return Node("opt", *parts)


def many(parts, sep=", "):
    return Node("many", *parts, sep=sep)


def expr(*parts):
    return Node("expr", *parts)


def places(node):
    """(parent, index) of every node below, larger ones first."""
    todo = [node]
    while todo:
        at = todo.pop(0)
        for i, part in enumerate(at.parts):
            if isinstance(part, Node):
                yield at, i
                todo.append(part)


def below(node, kind):
    return [p.parts[i] for p, i in places(node) if p.parts[i].kind == kind]


def smaller(node):
    """What may stand in the place of a node."""
    if node.kind == "opt":
        yield ""
    if node.kind == "many":
        for i in range(len(node.parts)):
            if len(node.parts) > 1:
                yield Node("many", *node.parts[:i], *node.parts[i + 1:], sep=node.sep)
    if node.kind in ("query", "item", "expr"):
        yield from below(node, node.kind)[:8]
    if node.kind == "expr" and str(node) != "NULL":
        yield Node("expr", "NULL")


def shrink(root, fails, budget=400):
    """The smallest tree found for which fails(tree) still holds."""
    again = True
    while again and budget > 0:
        again = False
        for parent, i in [(Node("root", root), 0), *places(root)]:
            old = parent.parts[i] if i < len(parent.parts) else None
            if not isinstance(old, Node):
                continue
            for new in smaller(old):
                if budget <= 0:
                    return root
                budget -= 1
                parent.parts[i] = new
                tree = new if parent.kind == "root" else root
                if isinstance(tree, Node) and fails(tree):
                    root, again = tree, True
                    break
                parent.parts[i] = old
            if again:
                break
    return root
