SELECT team, is_total, won_deals, lost_deals, win_rate, win_rate_low, win_rate_high, win_rate_amount,
	avg_deal_size, median_cycle_days
FROM reports.win_rates
ORDER BY is_total, team
