{% snapshot orders_snap %}
{{ config(strategy="check", unique_key="id") }}
select * from raw.orders
{% endsnapshot %}
