-- J2. Tables: passages, sections (section, camera_a, camera_b, fastest_ms).
-- The last entry before the exit counts, unless the vehicle left there already after it.
with seen as (
    select vehicle, camera, day::bigint * 86400000 + time as at_ms
    from passages where vehicle <> 0
), exits as (
    select
        vehicle, section, camera_a, camera_b, fastest_ms, at_ms as left_ms,
        lag(at_ms) over (partition by vehicle, section order by at_ms) as left_before_ms
    from seen join sections on camera = camera_b
), entries as (
    select vehicle, section, at_ms as entered_ms
    from seen join sections on camera = camera_a
)
select exits.vehicle, exits.section, entered_ms, left_ms
from exits asof join entries
    on exits.vehicle = entries.vehicle
    and exits.section = entries.section
    and left_ms > entered_ms
where left_ms - entered_ms < 1800000
    and left_ms - entered_ms < fastest_ms
    and (
        left_before_ms is null
        or left_before_ms < entered_ms
        or (left_before_ms = entered_ms and camera_b < camera_a)
    )
order by exits.vehicle, left_ms, exits.section
