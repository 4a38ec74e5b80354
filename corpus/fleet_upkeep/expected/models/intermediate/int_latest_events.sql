SELECT vehicle_id, happened_on, event
FROM (
    SELECT e.vehicle_id, e.happened_on, e.event,
           row_number() OVER (PARTITION BY e.vehicle_id
                              ORDER BY e.happened_on DESC NULLS LAST, e.event) AS nth
    FROM {{ ref('int_upkeep_events') }} e
) numbered
WHERE nth = 1
