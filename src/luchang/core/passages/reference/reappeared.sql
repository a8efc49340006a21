-- J4, back after a long absence. Table: passages. Parameter: days.
with present as (
    select distinct day, vehicle from passages where vehicle <> 0
), gaps as (
    select day, vehicle, day - lag(day) over (partition by vehicle order by day) as days_absent
    from present
)
select day, vehicle, days_absent from gaps
where days_absent >= $days
order by day, vehicle
