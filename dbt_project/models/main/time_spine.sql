-- The calendar that the semantic layer asks for. Reports are yearly: a year stands at its last day.
select cast(day as date) as date_day
from (select unnest(range(date '2008-01-01', date '2030-01-01', interval 1 day)) as day) as days
