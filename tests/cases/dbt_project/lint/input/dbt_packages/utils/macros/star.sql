{% macro star(x) %}1{% endmacro %}
