SELECT scan_id, parcel_id, scanned_on, trim(place) AS place
FROM {{ source('raw', 'scans') }}
