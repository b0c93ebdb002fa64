SELECT stage, stage_position, team, is_total, max_days, open_deals, open_amount, aged_deals,
	aged_amount, stalled_deals, median_days, half_leave_within, nine_in_ten_leave_within, lost_in_30_days
FROM reports.stage_aging
ORDER BY is_total, team, stage_position
