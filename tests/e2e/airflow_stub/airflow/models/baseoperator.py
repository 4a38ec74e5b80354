from . import BaseOperator, as_list

__all__ = ["BaseOperator", "chain"]


def chain(*groups):
    for before, after in zip(groups, groups[1:]):
        if isinstance(before, list) and isinstance(after, list):
            assert len(before) == len(after), "chain pairs lists of one length"
            for a, b in zip(before, after):
                a.set_downstream(b)
        else:
            for a in as_list(before):
                a.set_downstream(after)
