{{ config(materialized='incremental', unique_key='id') }}
with o as (select * from {{ source('raw', 'orders') }})
select o.id, {{ utils.star('x') }} as z, p.amount from o join raw.payments p on p.id = o.id
join {{ ref('nope') }} n using (id)
{% if is_incremental() %} where o.ts > (select max(ts) from {{ this }}) {% endif %}
