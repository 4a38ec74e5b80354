SELECT wo.work_order_id, wo.vehicle_id, wo.opened_on, wo.closed_on, wo.kind, wo.closed_on - wo.opened_on AS days_open
FROM {{ source('garage', 'work_orders') }} wo
WHERE wo.opened_on IS NOT NULL  -- drafts have no date
