-- J3, movements at a junction: from camera a over b to c. Table: passages. Parameter: slice_ms.
with seen as (
    select day, vehicle, camera, time, day::bigint * 86400000 + time as at_ms
    from passages where vehicle <> 0
), moved as (
    select
        *,
        lag(camera) over journey as last_camera,
        at_ms - lag(at_ms) over journey as gap_ms,
        lag(camera, 2) over journey as camera_before,
        lag(at_ms) over journey - lag(at_ms, 2) over journey as gap_before_ms
    from seen
    window journey as (partition by vehicle order by at_ms, camera)
)
select
    day,
    camera_before as camera_a,
    last_camera as camera_b,
    camera as camera_c,
    time // $slice_ms as slice,
    count(*) as vehicles
from moved
where camera <> last_camera and gap_ms < 900000
    and last_camera <> camera_before and gap_before_ms < 900000
group by all
order by all
