SELECT meter_id,
       nullif(trim(customer_ref), '') AS customer_ref,
       upper(zone)                    AS zone
FROM {{ source('landing', 'meters') }}
WHERE installed_on IS NOT NULL
