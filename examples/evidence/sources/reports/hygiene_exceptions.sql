SELECT opportunity_id, name, owner, team, stage, amount, issue, severity, sees_to_it
FROM reports.hygiene_exceptions
ORDER BY amount DESC NULLS LAST
