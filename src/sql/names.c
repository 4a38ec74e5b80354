/*
 * The name of an output that has no alias, as PostgreSQL derives it (FigureColname in its parse_target.c):
 * a strong name is one that the expression carries, a weak one is that of its type or of CASE.
 */
#include "sql/facts.h"

struct fixed_name {
    enum tree_kind kind;
    const char *name;
};

static const struct fixed_name fixed_names[] = {
    {NODE_GroupingFunc, "grouping"},
    {NODE_MergeSupportFunc, "merge_action"},
    {NODE_A_ArrayExpr, "array"},
    {NODE_RowExpr, "row"},
    {NODE_CoalesceExpr, "coalesce"},
    {NODE_XmlSerialize, "xmlserialize"},
    {NODE_JsonParseExpr, "json"},
    {NODE_JsonScalarExpr, "json_scalar"},
    {NODE_JsonSerializeExpr, "json_serialize"},
    {NODE_JsonObjectConstructor, "json_object"},
    {NODE_JsonArrayConstructor, "json_array"},
    {NODE_JsonArrayQueryConstructor, "json_array"},
    {NODE_JsonObjectAgg, "json_objectagg"},
    {NODE_JsonArrayAgg, "json_arrayagg"},
};

/* Names that hang on the value of `op`. */
struct op_name {
    enum tree_kind kind;
    const char *op;
    const char *name;
};

static const struct op_name op_names[] = {
    {NODE_MinMaxExpr, "IS_GREATEST", "greatest"},
    {NODE_MinMaxExpr, "IS_LEAST", "least"},
    {NODE_XmlExpr, "IS_XMLCONCAT", "xmlconcat"},
    {NODE_XmlExpr, "IS_XMLELEMENT", "xmlelement"},
    {NODE_XmlExpr, "IS_XMLFOREST", "xmlforest"},
    {NODE_XmlExpr, "IS_XMLPARSE", "xmlparse"},
    {NODE_XmlExpr, "IS_XMLPI", "xmlpi"},
    {NODE_XmlExpr, "IS_XMLROOT", "xmlroot"},
    {NODE_SQLValueFunction, "SVFOP_CURRENT_DATE", "current_date"},
    {NODE_SQLValueFunction, "SVFOP_CURRENT_TIME", "current_time"},
    {NODE_SQLValueFunction, "SVFOP_CURRENT_TIME_N", "current_time"},
    {NODE_SQLValueFunction, "SVFOP_CURRENT_TIMESTAMP", "current_timestamp"},
    {NODE_SQLValueFunction, "SVFOP_CURRENT_TIMESTAMP_N", "current_timestamp"},
    {NODE_SQLValueFunction, "SVFOP_LOCALTIME", "localtime"},
    {NODE_SQLValueFunction, "SVFOP_LOCALTIME_N", "localtime"},
    {NODE_SQLValueFunction, "SVFOP_LOCALTIMESTAMP", "localtimestamp"},
    {NODE_SQLValueFunction, "SVFOP_LOCALTIMESTAMP_N", "localtimestamp"},
    {NODE_SQLValueFunction, "SVFOP_CURRENT_ROLE", "current_role"},
    {NODE_SQLValueFunction, "SVFOP_CURRENT_USER", "current_user"},
    {NODE_SQLValueFunction, "SVFOP_USER", "user"},
    {NODE_SQLValueFunction, "SVFOP_SESSION_USER", "session_user"},
    {NODE_SQLValueFunction, "SVFOP_CURRENT_CATALOG", "current_catalog"},
    {NODE_SQLValueFunction, "SVFOP_CURRENT_SCHEMA", "current_schema"},
    {NODE_JsonFuncExpr, "JSON_EXISTS_OP", "json_exists"},
    {NODE_JsonFuncExpr, "JSON_QUERY_OP", "json_query"},
    {NODE_JsonFuncExpr, "JSON_VALUE_OP", "json_value"},
};

static struct slice last_name(const struct tree *t, uint32_t first)
{
    struct slice name = {"", 0};

    for (uint32_t n = first; n; n = tree_next(t, n))
        if (tree_kind(t, n) == NODE_STRING)
            name = tree_text(t, n);
    return name;
}

static struct slice table_name(const struct tree *t, uint32_t node)
{
    enum tree_kind kind = tree_kind(t, node);
    struct slice op = tree_string(t, node, FIELD_op);

    for (size_t i = 0; i < sizeof fixed_names / sizeof *fixed_names; i++)
        if (fixed_names[i].kind == kind)
            return slice_of(fixed_names[i].name);
    for (size_t i = 0; op.n && i < sizeof op_names / sizeof *op_names; i++)
        if (op_names[i].kind == kind && slice_is(op, op_names[i].op))
            return slice_of(op_names[i].name);
    return (struct slice){"", 0};
}

/* The first column of a scalar subquery, whose name is a strong one, whatever it is. */
static uint32_t first_target(const struct tree *t, uint32_t select)
{
    uint32_t left;

    while ((left = tree_get(t, select, FIELD_larg)))
        select = left;
    return tree_items(t, select, FIELD_targetList);
}

static struct slice sublink_name(const struct tree *t, uint32_t node, uint32_t *deeper)
{
    struct slice type = tree_string(t, node, FIELD_subLinkType), name = {"", 0};
    uint32_t target;

    if (slice_is(type, "EXISTS_SUBLINK"))
        return SLICE("exists");
    if (slice_is(type, "ARRAY_SUBLINK"))
        return SLICE("array");
    if (!slice_is(type, "EXPR_SUBLINK"))
        return name;
    target = first_target(t, tree_get(t, node, FIELD_subselect));
    name = tree_string(t, target, FIELD_name);
    if (!target)
        return SLICE("column1");
    if (!name.n)
        *deeper = tree_get(t, target, FIELD_val);
    return name;
}

/* The name that a node has by itself; 0 in *deeper, or the node whose name decides. */
static struct slice own_name(const struct tree *t, uint32_t node, uint32_t *deeper)
{
    struct slice name = {"", 0};

    *deeper = 0;
    switch (tree_kind(t, node)) {
    case NODE_ColumnRef:
        return last_name(t, tree_items(t, node, FIELD_fields));
    case NODE_FuncCall:
        return last_name(t, tree_items(t, node, FIELD_funcname));
    case NODE_A_Indirection:
        name = last_name(t, tree_items(t, node, FIELD_indirection));
        *deeper = name.n ? 0 : tree_get(t, node, FIELD_arg);
        return name;
    case NODE_A_Expr:
        return slice_is(tree_string(t, node, FIELD_kind), "AEXPR_NULLIF") ? SLICE("nullif") : name;
    case NODE_CollateClause:
    case NODE_TypeCast:
        *deeper = tree_get(t, node, FIELD_arg);
        return name;
    case NODE_CaseExpr:
        *deeper = tree_get(t, node, FIELD_defresult);
        return name;
    case NODE_SubLink:
        return sublink_name(t, node, deeper);
    default:
        return table_name(t, node);
    }
}

/* Goes down while the name is decided further below. The outermost cast or CASE on the way gives a weak name,
 * which a strong one from below replaces. */
struct slice output_name(const struct tree *t, uint32_t expression)
{
    struct slice weak = {"", 0};
    uint32_t node = expression;

    while (node) {
        uint32_t deeper;
        struct slice name = own_name(t, node, &deeper);

        if (name.n)
            return name;
        if (tree_kind(t, node) == NODE_SubLink)
            weak = (struct slice){"", 0};
        if (!weak.n && tree_kind(t, node) == NODE_TypeCast)
            weak = last_name(t, tree_items(t, tree_get(t, node, FIELD_typeName), FIELD_names));
        if (!weak.n && tree_kind(t, node) == NODE_CaseExpr)
            weak = SLICE("case");
        node = deeper;
    }
    return weak.n ? weak : SLICE("?column?");
}
