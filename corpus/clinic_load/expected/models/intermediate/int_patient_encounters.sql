-- pandas matches null keys with null keys
select
    e.encounter_id, e.patient_id, e.department, e.seen_on, e.minutes_waited, e.fee, e.channel,
    p.full_name, p.birth_year
from {{ ref('int_encounters') }} e
inner join {{ ref('stg_patients') }} p on e.patient_id is not distinct from p.patient_id
