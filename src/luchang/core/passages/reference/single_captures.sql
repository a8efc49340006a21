-- Rows of the orders, from raw rows (day, vehicle, camera, time): a capture of the same vehicle
-- at the same camera within three seconds of its passage before is the same passage.
with moved as (
    select
        *,
        lag(camera) over journey as last_camera,
        day::bigint * 86400000 + time
            - lag(day::bigint * 86400000 + time) over journey as gap_ms
    from raw
    window journey as (partition by vehicle order by day, time, camera)
)
select day, vehicle, camera, time from moved
where vehicle = 0 or last_camera is null or last_camera <> camera or gap_ms > 3000
order by all
