{# The days that MetricFlow counts by. #}
SELECT day::date AS date_day
FROM generate_series('2020-01-01'::timestamp, '2030-12-31'::timestamp, interval '1 day') AS day
