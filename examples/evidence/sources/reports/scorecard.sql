SELECT position, metric, definition, value, unit, target, status, trend, sparkline
FROM reports.scorecard
ORDER BY position
