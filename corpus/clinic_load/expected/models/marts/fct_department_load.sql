-- pandas drops the groups whose key is null, and the sum of nothing is 0
select
    department,
    channel,
    count(encounter_id) as encounters,
    coalesce(sum(fee), 0) as revenue,
    coalesce(sum(minutes_waited), 0) as minutes_waited
from {{ ref('int_patient_encounters') }}
where department is not null and channel is not null
group by department, channel
