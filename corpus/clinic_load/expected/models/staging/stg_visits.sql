-- pandas keeps the rows whose department is null
select
    visit_id as encounter_id,
    patient_id,
    department,
    arrived_on as seen_on,
    trunc(coalesce(minutes_waited, 0))::bigint as minutes_waited,
    fee - discount as fee,
    'on site' as channel
from {{ source('clinic', 'visits') }}
where (department in ('test', 'training')) is not true
