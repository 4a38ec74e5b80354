SELECT wo.vehicle_id, wo.opened_on AS happened_on, lower(wo.kind) AS event,
       coalesce(sum(p.cost), 0) AS cost
FROM {{ ref('stg_work_orders') }} wo
LEFT JOIN {{ ref('stg_parts_used') }} p USING (work_order_id)
GROUP BY wo.work_order_id, wo.vehicle_id, wo.opened_on, wo.kind
UNION ALL
SELECT vehicle_id, inspected_on, 'failed inspection', 0
FROM {{ ref('stg_inspections') }}
WHERE result = 'failed'
