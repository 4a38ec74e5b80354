select encounter_id, patient_id, department, seen_on, minutes_waited, fee, channel
from {{ ref('stg_visits') }}
union all
select encounter_id, patient_id, department, seen_on, minutes_waited, fee, channel
from {{ ref('stg_calls') }}
