SELECT period, team, is_total, quota, booked, open_amount, coverage, required_coverage, status,
	expected
FROM reports.coverage
ORDER BY period, is_total, team
