-- Rows of the orders, from raw rows (day, vehicle, camera, time): a capture of the same vehicle
-- at the same camera within three seconds of its capture there before is the same passage,
-- whichever other cameras saw the plate in between.
with moved as (
    select
        *,
        day::bigint * 86400000 + time
            - lag(day::bigint * 86400000 + time) over captures as gap_ms
    from raw
    window captures as (partition by vehicle, camera order by day, time)
)
select day, vehicle, camera, time from moved
where vehicle = 0 or gap_ms is null or gap_ms > 3000
order by all
