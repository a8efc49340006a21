-- J8. Tables: passages, vehicles (vehicle, plate_type). Unread plates have type 0.
select
    day, camera, time // 3600000 as hour,
    case when vehicle = 0 then 0 else plate_type end as plate_type,
    count(*) as vehicles
from passages left join vehicles using (vehicle)
group by all
order by all
