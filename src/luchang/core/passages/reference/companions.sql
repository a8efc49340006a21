-- J5. Table: passages. Parameters: common, within_ms, jaccard.
with seen as (
    select distinct day, vehicle, camera, time::bigint as time from passages where vehicle <> 0
), own as (
    select day, vehicle, count(distinct camera) as cameras from seen group by all
), met as (
    select
        one.day, one.vehicle as vehicle_a, other.vehicle as vehicle_b,
        count(distinct one.camera) as common
    from seen as one join seen as other
        on one.day = other.day
        and one.camera = other.camera
        and one.vehicle < other.vehicle
        and abs(one.time - other.time) <= $within_ms
    group by all
    having count(distinct one.camera) >= $common
)
select
    met.day, vehicle_a, vehicle_b, common,
    common / (a.cameras + b.cameras - common)::double as jaccard
from met
join own as a on a.day = met.day and a.vehicle = vehicle_a
join own as b on b.day = met.day and b.vehicle = vehicle_b
where common / (a.cameras + b.cameras - common)::double >= $jaccard
order by day, vehicle_a, vehicle_b
