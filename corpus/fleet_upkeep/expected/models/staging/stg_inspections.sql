SELECT DISTINCT vehicle_id, inspected_on, lower(btrim(result)) AS result
FROM {{ source('garage', 'inspections') }}
