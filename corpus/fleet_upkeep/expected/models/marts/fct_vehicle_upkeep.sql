WITH totals AS (
    SELECT tmp_upkeep_events.vehicle_id,
           count(*) AS events,
           sum(tmp_upkeep_events.cost) AS total_cost
    FROM {{ ref('int_upkeep_events') }} AS tmp_upkeep_events
    GROUP BY tmp_upkeep_events.vehicle_id
)
SELECT v.vehicle_id, v.plate, v.depot,
       coalesce(t.events, 0) AS events,
       coalesce(t.total_cost, 0) AS total_cost,
       l.event AS last_event,
       l.happened_on AS last_event_on,
       rank() OVER (PARTITION BY v.depot ORDER BY coalesce(t.total_cost, 0) DESC) AS cost_rank
FROM {{ ref('stg_vehicles') }} v
LEFT JOIN totals t ON t.vehicle_id = v.vehicle_id
LEFT JOIN {{ ref('int_latest_events') }} l ON l.vehicle_id = v.vehicle_id
