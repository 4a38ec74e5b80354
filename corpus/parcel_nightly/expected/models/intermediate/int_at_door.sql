SELECT parcel_id, min(scanned_on) AS delivered_on
FROM {{ ref('stg_scans') }}
WHERE place = 'door'
GROUP BY parcel_id
