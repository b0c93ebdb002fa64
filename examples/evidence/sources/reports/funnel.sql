SELECT cohort, cohort_start, team, is_total, stage, stage_position, outcome, reached, advanced, lost,
	still_open, conversion_from_first, conversion_to_next, win_rate
FROM reports.funnel
ORDER BY cohort_start, team, stage_position
