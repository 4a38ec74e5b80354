{#
  What the parity tests and the parity models share. A column is compared exactly, within a tolerance, or not at all:
  parity_plan() decides that from the settings that a test hands over, the column's type in the legacy table, and its
  name (parity_words() has the words).
#}

{# The legacy table that a model takes the place of. Where it is elsewhere: --vars '{parity_database: …, parity_schema: …}'. #}
{% macro parity_legacy(name) %}
    {%- set table = parity_tables()[name] -%}
    {{ return(api.Relation.create(
        database=var('parity_database', target.database),
        schema=var('parity_schema', table.schema or var('legacy_schema', 'public')),
        identifier=table.table)) }}
{% endmacro %}

{# Parts of a column's name, between underscores, that say what its numbers are. #}
{% macro parity_words() %}
    {{ return({
        'ratio': ['ratio', 'rate', 'pct', 'percent', 'percentage', 'share', 'fraction', 'avg', 'average', 'mean', 'score',
                  'probability', 'stddev', 'variance', 'correlation', 'coefficient'],
        'money': ['amount', 'amt', 'price', 'cost', 'costs', 'revenue', 'sales', 'turnover', 'balance', 'fee', 'fees',
                  'tax', 'vat', 'salary', 'payment', 'payments', 'paid', 'discount', 'profit', 'charge', 'charges',
                  'refund', 'cents', 'usd', 'eur', 'gbp', 'total', 'net', 'gross'],
    }) }}
{% endmacro %}

{% macro parity_double() %}
    {%- set names = {'bigquery': 'float64', 'spark': 'double', 'databricks': 'double'} -%}
    {{ return(names.get(target.type, 'double precision')) }}
{% endmacro %}

{# Does a name match a pattern with * and ?, whatever the case? #}
{% macro parity_matches(pattern, name) %}
    {%- set expression = modules.re.escape(pattern | lower).replace('\\*', '.*').replace('\\?', '.') -%}
    {{ return(modules.re.fullmatch(expression, name | lower) is not none) }}
{% endmacro %}

{% macro parity_has_word(name, kind) %}
    {%- set words = modules.re.split('[^a-z0-9]+', name | lower) -%}
    {{ return(words | select('in', parity_words()[kind]) | list | length > 0) }}
{% endmacro %}

{# 'integer', 'double', 'real', 'numeric', 'time', 'json' or 'other'. #}
{% macro parity_type(column) %}
    {%- set type = column.dtype | lower -%}
    {%- if modules.re.match('(u?(tiny|small|big|huge)?int(eger)?[248]?|int64|byteint|serial)\\b', type) -%}
        {{ return('integer') }}
    {%- elif modules.re.match('(real|float4|float)\\b', type) and not (type.startswith('float') and target.type not in ['postgres', 'duckdb']) -%}
        {{ return('real') }}
    {%- elif modules.re.match('(double|float)', type) -%}
        {{ return('double') }}
    {%- elif modules.re.match('(numeric|decimal|number|bignumeric|money)', type) -%}
        {{ return('numeric') }}
    {%- elif modules.re.match('(date|time)', type) -%}
        {{ return('time') }}
    {%- elif modules.re.match('(json|variant|object|super|xml)', type) and type != 'jsonb' -%}
        {{ return('json') }}
    {%- endif -%}
    {{ return('other') }}
{% endmacro %}

{#
  How one column is compared: {'how': 'exact' | 'within' | 'excluded', 'tolerance': …, 'noise': …, 'why': …}. `noise` is
  what the order of summing may change of a binary number, as a part of it; it is allowed beside the tolerance.
#}
{% macro parity_rule(column, settings) %}
    {%- set type = parity_type(column) -%}
    {%- set noise = {'double': 1e-12, 'real': 1e-5}.get(type, 0) -%}
    {%- set chosen = namespace(what=none, why='') -%}
    {%- for pattern, what, why in settings if parity_matches(pattern, column.name) -%}
        {%- set chosen.what = what -%}
        {%- set chosen.why = why -%}
    {%- endfor -%}
    {%- if chosen.what == 'excluded' -%}
        {{ return({'how': 'excluded', 'type': type, 'why': chosen.why}) }}
    {%- elif chosen.what == 'loading time' and type == 'time' -%}
        {{ return({'how': 'excluded', 'type': type, 'why': chosen.why}) }}
    {%- elif chosen.what == 'exact' -%}
        {{ return({'how': 'exact', 'type': type, 'why': chosen.why}) }}
    {%- elif chosen.what is number -%}
        {%- if type in ['integer', 'time', 'json', 'other'] -%}
            {{ exceptions.raise_compiler_error(
                'parity: ' ~ column.name ~ ' is ' ~ column.dtype ~ ', which is compared exactly: it can have no tolerance') }}
        {%- endif -%}
        {{ return({'how': 'within', 'type': type, 'tolerance': chosen.what, 'noise': noise, 'why': chosen.why}) }}
    {%- elif type in ['numeric', 'double', 'real'] and parity_has_word(column.name, 'ratio') -%}
        {{ return({'how': 'within', 'type': type, 'tolerance': var('parity_tolerance', 0.000001), 'noise': noise, 'why': 'a ratio by its name'}) }}
    {%- elif type in ['double', 'real'] and parity_has_word(column.name, 'money') -%}
        {{ return({'how': 'within', 'type': type, 'tolerance': 0.0001, 'noise': noise, 'why': 'money in a binary number'}) }}
    {%- elif type in ['double', 'real'] -%}
        {{ return({'how': 'within', 'type': type, 'tolerance': var('parity_tolerance', 0.000001), 'noise': noise, 'why': 'a binary number'}) }}
    {%- endif -%}
    {{ return({'how': 'exact', 'type': type, 'why': ''}) }}
{% endmacro %}

{# [{'legacy': name or none, 'model': name or none, 'rule': …}], in the legacy table's order. #}
{% macro parity_plan(name, model) %}
    {%- set legacy = parity_legacy(name) -%}
    {%- set settings = parity_tables()[name].settings -%}
    {%- set ours = adapter.get_columns_in_relation(model) -%}
    {%- set theirs = adapter.get_columns_in_relation(legacy) -%}
    {%- if not theirs -%}
        {{ exceptions.raise_compiler_error('parity: there is no legacy table ' ~ legacy
            ~ " (--vars '{parity_database: …, parity_schema: …}' says where it is)") }}
    {%- elif legacy.render() | lower == model.render() | lower -%}
        {{ exceptions.raise_compiler_error('parity: ' ~ legacy
            ~ ' is the legacy table and the model at once: build into another schema, or compare with a copy') }}
    {%- endif -%}
    {%- set names = {} -%}
    {%- for column in ours -%}{%- do names.update({column.name | lower: column.name}) -%}{%- endfor -%}
    {%- set plan = [] -%}
    {%- for column in theirs -%}
        {%- do plan.append({'legacy': column.name, 'model': names.pop(column.name | lower, none),
                            'rule': parity_rule(column, settings)}) -%}
    {%- endfor -%}
    {%- for column in ours if column.name | lower in names -%}
        {%- do plan.append({'legacy': none, 'model': column.name, 'rule': parity_rule(column, settings)}) -%}
    {%- endfor -%}
    {{ return(plan) }}
{% endmacro %}

{# Why the columns themselves differ, as rows; empty when they do not. #}
{% macro parity_missing(plan) %}
    {%- set rows = [] -%}
    {%- for c in plan if c.rule.how != 'excluded' and (c.legacy is none or c.model is none) -%}
        {%- set side = 'the model has no such column' if c.model is none else 'the legacy table has no such column' -%}
        {%- do rows.append("select '" ~ side ~ "' as difference, '" ~ (c.legacy or c.model) | replace("'", "''") ~ "' as column_name") -%}
    {%- endfor -%}
    {{ return(rows | join('\nunion all\n')) }}
{% endmacro %}

{% macro parity_side(relation, plan, side) %}
    select
    {%- for c in plan %}
        {%- set name = adapter.quote(c[side]) %}
        {{ 'cast(' ~ name ~ ' as ' ~ dbt.type_string() ~ ')' if c.rule.type == 'json' else name }} as {{ adapter.quote(c.legacy) }},
    {%- endfor %}
        {{ 1 if side == 'legacy' else 0 }} as parity_legacy,
        {{ 1 if side == 'model' else 0 }} as parity_model
    from {{ relation }}
{% endmacro %}

{#
  The rows of the two tables that do not answer to each other, duplicates counted. Rows with the same exact columns are
  paired in the order of the columns that have a tolerance, and a pair must agree in each of them.
#}
{% macro parity_differences(name, model) %}
    {%- if not execute -%}{{ return('select 1 as difference') }}{%- endif -%}
    {%- set plan = parity_plan(name, model) -%}
    {%- set missing = parity_missing(plan) -%}
    {%- if missing -%}{{ return(missing) }}{%- endif -%}
    {%- set compared = plan | rejectattr('rule.how', 'equalto', 'excluded') | list -%}
    {%- set exact = [] -%}
    {%- for c in compared if c.rule.how == 'exact' -%}{%- do exact.append(adapter.quote(c.legacy)) -%}{%- endfor -%}
    {%- set near = compared | selectattr('rule.how', 'equalto', 'within') | list -%}
with both_tables as (
    {{ parity_side(parity_legacy(name), compared, 'legacy') }}
    union all
    {{ parity_side(model, compared, 'model') }}
),

numbered as (
    select
        both_tables.*,
        {%- if near %}
        row_number() over (
            partition by {{ (['parity_legacy'] + exact) | join(', ') }}
            order by
            {%- for c in near %}
                round(cast({{ adapter.quote(c.legacy) }} as {{ parity_double() }}) / {{ [c.rule.tolerance * 10, 1e-9] | max }}),
            {%- endfor %}
            {%- for c in near %}
                {{ adapter.quote(c.legacy) }}{{ ',' if not loop.last }}
            {%- endfor %}
        ) as parity_pair
        {%- else %}
        1 as parity_pair
        {%- endif %}
    from both_tables
),

paired as (
    select
    {%- for name in exact %}
        {{ name }},
    {%- endfor %}
    {%- for c in near %}
        max(case when parity_legacy = 1 then {{ adapter.quote(c.legacy) }} end) as {{ adapter.quote('legacy_' ~ c.legacy) }},
        max(case when parity_model = 1 then {{ adapter.quote(c.legacy) }} end) as {{ adapter.quote('model_' ~ c.legacy) }},
    {%- endfor %}
        parity_pair,
        sum(parity_legacy) as rows_in_legacy,
        sum(parity_model) as rows_in_model
    from numbered
    group by {{ (exact + ['parity_pair']) | join(', ') }}
)

select *
from paired
where rows_in_legacy <> rows_in_model
{%- for c in near %}
    or {{ parity_apart(adapter.quote('legacy_' ~ c.legacy), adapter.quote('model_' ~ c.legacy), c.rule) }}
{%- endfor %}
{% endmacro %}

{# Nulls only agree with nulls; so do infinities and NaN where the database says that they equal themselves. #}
{% macro parity_apart(a, b, rule) -%}
    case
        when {{ a }} is null and {{ b }} is null then 0
        when {{ a }} is null or {{ b }} is null then 1
        when {{ a }} = {{ b }} then 0
        when abs({{ a }} - {{ b }}) <= {{ rule.tolerance }} then 0
        {%- if rule.noise %}
        when abs({{ a }} - {{ b }}) <= {{ rule.noise }} * least(abs({{ a }}), abs({{ b }})) then 0
        {%- endif %}
        else 1
    end = 1
{%- endmacro %}

{% macro parity_stamp() %}cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' as timestamp){% endmacro %}

{% macro parity_text(text) %}cast('{{ text | string | replace("'", "''") }}' as {{ dbt.type_string() }}){% endmacro %}

{# One row for each table: how many rows here and there. `models` is {name: relation}. #}
{% macro parity_row_counts(models) %}
    {%- if not execute -%}{{ return('select 1 as compared') }}{%- endif -%}
    {%- for name, model in models.items() %}
select
    {{ parity_stamp() }} as compared_at,
    {{ parity_text(name) }} as model_name,
    legacy.n as legacy_rows,
    migrated.n as model_rows,
    migrated.n - legacy.n as difference
from (select count(*) as n from {{ parity_legacy(name) }}) as legacy
cross join (select count(*) as n from {{ model }}) as migrated
{{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}

{# One row for each column: how it is compared, and what can be said of its values here and there. #}
{% macro parity_columns(models) %}
    {%- if not execute -%}{{ return('select 1 as compared') }}{%- endif -%}
    {%- set rows = [] -%}
    {%- for name, model in models.items() -%}
        {%- for c in parity_plan(name, model) -%}
            {%- do rows.append(parity_column(name, parity_legacy(name), model, c)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ rows | join('\nunion all\n') }}
{% endmacro %}

{% macro parity_column(name, legacy, model, c) %}
    {%- set how = {'within': 'within ' ~ c.rule.tolerance, 'exact': 'exact', 'excluded': 'excluded'}[c.rule.how] -%}
select
    {{ parity_stamp() }} as compared_at,
    {{ parity_text(name) }} as model_name,
    {{ parity_text(c.legacy or c.model) }} as column_name,
    {{ parity_text(how) }} as comparison,
    {{ parity_text(c.rule.why) }} as reason,
    legacy.nulls as legacy_nulls,
    migrated.nulls as model_nulls,
    legacy.distinct_values as legacy_distinct_values,
    migrated.distinct_values as model_distinct_values,
    legacy.lowest as legacy_lowest,
    migrated.lowest as model_lowest,
    legacy.highest as legacy_highest,
    migrated.highest as model_highest,
    legacy.total as legacy_total,
    migrated.total as model_total
from ({{ parity_profile(legacy, c.legacy, c.rule.type) }}) as legacy
cross join ({{ parity_profile(model, c.model, c.rule.type) }}) as migrated
{%- endmacro %}

{% macro parity_profile(relation, column, type) -%}
    {%- set string = dbt.type_string() -%}
    {%- set number = type in ['integer', 'numeric', 'double', 'real'] -%}
    {%- set null = 'cast(null as ' ~ string ~ ')' -%}
    {%- if column is none -%}
        select cast(null as bigint) as nulls, cast(null as bigint) as distinct_values, {{ null }} as lowest, {{ null }} as highest, cast(null as {{ parity_double() }}) as total
    {%- else -%}
        {%- set value = adapter.quote(column) if number or type == 'time' else 'cast(' ~ adapter.quote(column) ~ ' as ' ~ string ~ ')' -%}
        select count(*) - count({{ value }}) as nulls, count(distinct {{ value }}) as distinct_values, cast(min({{ value }}) as {{ string }}) as lowest, cast(max({{ value }}) as {{ string }}) as highest, {{ 'sum(cast(' ~ value ~ ' as ' ~ parity_double() ~ '))' if number else 'cast(null as ' ~ parity_double() ~ ')' }} as total from {{ relation }}
    {%- endif -%}
{%- endmacro %}
