-- J7. Table: violations (vehicle, at_ms, handled). Parameters: least, most.
select
    row_number() over (order by count(*) filter (not handled) desc, max(at_ms) desc, vehicle)
        as rank,
    vehicle,
    count(*) filter (not handled) as unhandled,
    count(*) as violations,
    max(at_ms) as latest_ms
from violations
where vehicle <> 0
group by vehicle
having count(*) filter (not handled) >= greatest($least, 1)
order by rank
limit $most
