-- J4, long unseen at the end of a day. Table: passages. Parameters: day, days.
select $day as day, vehicle, $day - max(day) as days_absent
from passages where vehicle <> 0
group by vehicle
having $day - max(day) >= $days
order by vehicle
