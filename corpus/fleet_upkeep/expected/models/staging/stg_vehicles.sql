SELECT vehicle_id,
       upper(replace(btrim(plate), ' ', '')) AS plate,
       coalesce(nullif(btrim(depot), ''), 'unassigned') AS depot,
       bought_on
FROM {{ source('garage', 'vehicles') }}
WHERE retired IS NOT TRUE
