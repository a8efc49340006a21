-- J1. Tables: passages, bounds (camera_a, camera_b, bound_ms), offsets (camera, offset_ms).
-- Parameters: until_ms, half_life_ms, threshold.
with seen as (
    select vehicle, camera, day, day::bigint * 86400000 + time as at_ms,
        day::bigint * 86400000 + time - offset_ms as true_ms
    from passages join offsets using (camera) where vehicle <> 0
), moved as (
    select
        vehicle, camera, day, at_ms,
        lag(camera) over journey as last_camera,
        true_ms - lag(true_ms) over journey as gap_ms,
        lag(camera, 2) over journey as before_camera,
        true_ms - lag(true_ms, 2) over journey as before_ms,
        lead(camera) over journey as next_camera,
        lead(true_ms) over journey - lag(true_ms) over journey as next_ms
    from seen
    window journey as (partition by vehicle order by at_ms, camera)
), bounded as (
    select
        vehicle, day, at_ms, camera, last_camera, gap_ms,
        forth.bound_ms as forth_ms,
        case when gap_ms >= 0 then forth.bound_ms else back.bound_ms end as bound_ms,
        before_camera <> camera and before_ms < without_last.bound_ms
            and last_camera <> next_camera and next_ms < without_this.bound_ms as is_no_misread
    from moved
    left join bounds as forth on forth.camera_a = last_camera and forth.camera_b = camera
    left join bounds as back on back.camera_a = camera and back.camera_b = last_camera
    left join bounds as without_last
        on without_last.camera_a = before_camera and without_last.camera_b = camera
    left join bounds as without_this
        on without_this.camera_a = last_camera and without_this.camera_b = next_camera
), judged as (
    select
        *,
        camera <> last_camera and forth_ms <= gap_ms and gap_ms < 900000
            and day = lag(day) over journey as is_drive
    from bounded
    window journey as (partition by vehicle order by at_ms, camera)
), surrounded as (
    select
        *,
        coalesce(lag(is_drive) over journey and day = lag(day) over journey, false)
            and coalesce(lead(is_drive) over journey, false)
            and coalesce(is_no_misread, false) as is_confirmed
    from judged
    window journey as (partition by vehicle order by at_ms, camera)
), suspected as (
    select
        vehicle, at_ms,
        case
            when bound_ms - abs(gap_ms) < 60000 then (bound_ms - abs(gap_ms)) / 60000::double
            when is_confirmed then 6.0
            else 1.0
        end as weight
    from surrounded
    where camera <> last_camera and abs(gap_ms) < bound_ms
)
select
    vehicle,
    count(*) as moves,
    sum(weight * pow(0.5, ($until_ms - at_ms)::double / $half_life_ms)) as score,
    min(at_ms) as first_ms,
    max(at_ms) as last_ms
from suspected
group by vehicle
having sum(weight * pow(0.5, ($until_ms - at_ms)::double / $half_life_ms)) >= $threshold
order by vehicle
