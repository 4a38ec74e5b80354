{% macro swap_all() %}{% do run_query('alter table a.b swap with c.d') %}{% endmacro %}
