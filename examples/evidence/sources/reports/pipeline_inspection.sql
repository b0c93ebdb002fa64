SELECT opportunity_id, name, account, owner, team, region, stage, stage_position, amount, period, close_date,
	coalesce(category, '(none)') AS category, category_issue, stage_win_rate, created_on, age_days, days_in_stage, max_days, is_aged,
	last_activity_on, pushes, next_step, movement, amount_change, issues, issue_count, as_of, refreshed_at
FROM reports.pipeline_inspection
ORDER BY amount DESC NULLS LAST
