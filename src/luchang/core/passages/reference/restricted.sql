-- J4, restricted driving. Tables: passages, bound (vehicle). Parameters: from_ms, until_ms.
select
    day, vehicle, count(*) as passages, min(time) as first_time,
    arg_min(camera, (time, camera)) as camera
from passages
where vehicle <> 0 and vehicle in (from bound)
    and case
        when $from_ms < $until_ms then time >= $from_ms and time < $until_ms
        else time >= $from_ms or time < $until_ms
    end
group by all
order by day, vehicle
