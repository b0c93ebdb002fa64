SELECT period, team, is_total, bar, movement, deals, amount, level_from, level_to
FROM reports.movement
ORDER BY period, is_total, team, bar
