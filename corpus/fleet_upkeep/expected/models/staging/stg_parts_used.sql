SELECT work_order_id, part_no, quantity * unit_price AS cost
FROM {{ source('garage', 'parts_used') }}
WHERE quantity > 0
