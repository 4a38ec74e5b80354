select 1 from {{ ref("stg_orders") }} where id is null
