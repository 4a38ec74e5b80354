select
    call_id as encounter_id,
    patient_id,
    started_on as seen_on,
    fee,
    'remote' as channel,
    'telehealth' as department,
    0 as minutes_waited
from {{ source('clinic', 'calls') }}
where fee is not null
