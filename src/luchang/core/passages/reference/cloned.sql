-- J1. Tables: passages, bounds (camera_a, camera_b, bound_ms), offsets (camera, offset_ms).
-- Parameters: until_ms, half_life_ms, threshold.
with seen as (
    select vehicle, camera, day::bigint * 86400000 + time as at_ms
    from passages where vehicle <> 0
), moved as (
    select
        vehicle, camera, at_ms,
        lag(camera) over journey as last_camera,
        lag(at_ms) over journey as last_ms
    from seen
    window journey as (partition by vehicle order by at_ms, camera)
), gaps as (
    select
        vehicle, at_ms, last_camera, camera,
        (at_ms - here.offset_ms) - (last_ms - there.offset_ms) as gap_ms
    from moved
    join offsets as here using (camera)
    join offsets as there on there.camera = last_camera
    where camera <> last_camera
)
select
    vehicle,
    count(*) as moves,
    sum(pow(0.5, ($until_ms - at_ms)::double / $half_life_ms)) as score,
    min(at_ms) as first_ms,
    max(at_ms) as last_ms
from gaps
join bounds
    on camera_a = case when gap_ms >= 0 then last_camera else camera end
    and camera_b = case when gap_ms >= 0 then camera else last_camera end
where abs(gap_ms) < bound_ms
group by vehicle
having sum(pow(0.5, ($until_ms - at_ms)::double / $half_life_ms)) >= $threshold
order by vehicle
