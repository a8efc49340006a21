-- J3. Table: passages. Parameter: slice_ms.
with seen as (
    select day, vehicle, camera, time, day::bigint * 86400000 + time as at_ms
    from passages where vehicle <> 0
), moved as (
    select
        *,
        lag(camera) over journey as last_camera,
        at_ms - lag(at_ms) over journey as gap_ms
    from seen
    window journey as (partition by vehicle order by at_ms, camera)
)
select
    day,
    last_camera as camera_a,
    camera as camera_b,
    time // $slice_ms as slice,
    count(*) as vehicles,
    avg(gap_ms) as mean_ms,
    median(gap_ms) as median_ms
from moved
where camera <> last_camera and gap_ms < 900000
group by all
order by all
