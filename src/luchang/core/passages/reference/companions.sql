-- J5. Table: passages. Parameters: common, within_ms, jaccard, trips, pause_ms, steady_ms.
-- A trip: meetings less than pause_ms apart; it counts when two cameras of it saw both.
with seen as (
    select distinct day, vehicle, camera, time::bigint as time from passages where vehicle <> 0
), own as (
    select day, vehicle, count(distinct camera) as cameras from seen group by all
), met as (
    select
        one.day, one.vehicle as vehicle_a, other.vehicle as vehicle_b,
        one.camera, one.time, other.time - one.time as gap
    from seen as one join seen as other
        on one.day = other.day
        and one.camera = other.camera
        and one.vehicle < other.vehicle
        and abs(one.time - other.time) <= $within_ms
), begun as (
    select *, case when time - lag(time) over pair >= $pause_ms then 1 else 0 end as begins
    from met
    window pair as (partition by day, vehicle_a, vehicle_b order by time)
), numbered as (
    select *, sum(begins) over (partition by day, vehicle_a, vehicle_b order by time) as trip
    from begun
), shared as (
    select day, vehicle_a, vehicle_b, count(*) filter (where cameras >= 2) as trips
    from (
        select day, vehicle_a, vehicle_b, trip, count(distinct camera) as cameras
        from numbered group by all
    )
    group by all
), pair as (
    select
        day, vehicle_a, vehicle_b, count(distinct camera) as common,
        sqrt(count(*) * sum(gap * gap) - sum(gap) * sum(gap)) / count(*) as spread_ms,
        count(*) * sum(gap * gap) - sum(gap) * sum(gap)
            <= (count(*) * $steady_ms) * (count(*) * $steady_ms) as is_steady
    from met
    group by all
    having count(distinct camera) >= $common
)
select
    pair.day, vehicle_a, vehicle_b, common,
    common / (a.cameras + b.cameras - common)::double as jaccard,
    trips, spread_ms
from pair
join shared using (day, vehicle_a, vehicle_b)
join own as a on a.day = pair.day and a.vehicle = vehicle_a
join own as b on b.day = pair.day and b.vehicle = vehicle_b
where common / (a.cameras + b.cameras - common)::double >= $jaccard
    and (trips >= $trips or is_steady)
order by pair.day, vehicle_a, vehicle_b
