-- J4, first seen. Table: passages.
select min(day) as day, vehicle, null::integer as days_absent
from passages where vehicle <> 0
group by vehicle
order by day, vehicle
