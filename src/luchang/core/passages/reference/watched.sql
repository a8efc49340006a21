-- J6. Tables: arrivals (row, plate, plate_type, camera, at_ms),
-- watches (number, pattern, plate_type, from_ms, until_ms); pattern in the manner of LIKE.
select row, number
from arrivals join watches
    on plate like pattern
    and (watches.plate_type = 0 or watches.plate_type = arrivals.plate_type)
    and at_ms >= from_ms and at_ms < until_ms
where plate <> '-'
order by all
