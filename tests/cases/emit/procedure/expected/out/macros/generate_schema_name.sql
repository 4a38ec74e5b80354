{#
  Which schema a model is built in. For the target named prod it is the one that its folder is configured with
  (+schema in dbt_project.yml); everywhere else all models go to the schema of the profile, so that nobody's
  work meets production or a colleague's.
#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- if target.name == 'prod' and custom_schema_name is not none -%}
        {{ custom_schema_name | trim }}
    {%- else -%}
        {{ target.schema }}
    {%- endif -%}
{%- endmacro %}
