select
    patient_id,
    lower(regexp_replace(full_name, '^\s+|\s+$', '', 'g')) as full_name,
    trunc(coalesce(birth_year, 0))::bigint as birth_year
from {{ source('clinic', 'patients') }}
where consent in ('yes', 'YES', 'y')
