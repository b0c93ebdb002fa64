SELECT period, team, is_total, quota, closed, commit, most_likely,
	best_case, pipeline, commit_forecast,
	best_case_forecast, open_pipeline, outlook_low, outlook_middle, outlook_high,
	chance_of_quota, as_of, refreshed_at
FROM reports.forecast_summary
ORDER BY period, is_total, team
