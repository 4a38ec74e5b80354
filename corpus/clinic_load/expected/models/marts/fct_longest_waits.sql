select encounter_id, full_name, birth_year, department, minutes_waited
from {{ ref('int_patient_encounters') }}
order by minutes_waited desc nulls last, encounter_id nulls last, full_name nulls last
limit 25
