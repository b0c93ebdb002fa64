-- How good the pack's findings are on the sample, whose defects are known (schema truth): recall is the share of the
-- injected defects that were found, precision the share of the findings that were injected.  Duplicates are counted in
-- pairs of records of one company.
\set ON_ERROR_STOP 1
\pset footer off
\pset linestyle unicode
\pset border 1
\echo 'FINDINGS AGAINST WHAT WAS INJECTED INTO THE SAMPLE, in percent'
WITH true_pair AS (
	SELECT a.account_id, b.account_id AS other_id
	FROM truth.duplicate_account a JOIN truth.duplicate_account b ON b.entity_id = a.entity_id AND a.account_id < b.account_id
), found_pair AS (
	SELECT a.record AS account_id, b.record AS other_id
	FROM reports.duplicates a JOIN reports.duplicates b USING (kind, cluster)
	WHERE kind = 'account' AND a.record < b.record
), blank_or_pushed AS (
	SELECT opportunity_id, 'missing_' || replace(field, 'forecast_', '') AS code FROM truth.blank_field JOIN reports.pipeline_inspection USING (opportunity_id) WHERE field <> 'lead_source'
	UNION ALL
	SELECT opportunity_id, 'pushed_too_often' FROM truth.push AS t JOIN reports.pipeline_inspection USING (opportunity_id) WHERE t.pushes > 2
), found_issue AS (
	SELECT opportunity_id, issue AS code FROM reports.hygiene_exceptions WHERE issue LIKE 'missing_%' OR issue = 'pushed_too_often'
), counts AS (
	SELECT 'wrong forecast categories, with their reason' AS finding, (SELECT count(*) FROM truth.category_error) AS injected,
		(SELECT count(*) FROM reports.deal WHERE category_issue IS NOT NULL) AS found,
		(SELECT count(*) FROM truth.category_error t JOIN reports.deal d ON d.opportunity_id = t.opportunity_id AND d.category_issue = t.reason) AS right
	UNION ALL
	SELECT 'aged deals', (SELECT count(*) FROM truth.aged_deal), (SELECT count(*) FROM reports.pipeline_inspection WHERE is_aged),
		(SELECT count(*) FROM truth.aged_deal t JOIN reports.pipeline_inspection d ON d.opportunity_id = t.opportunity_id AND is_aged)
	UNION ALL
	SELECT 'open deals: blank fields and pushes', (SELECT count(*) FROM blank_or_pushed), (SELECT count(*) FROM found_issue), (SELECT count(*) FROM blank_or_pushed JOIN found_issue USING (opportunity_id, code))
	UNION ALL
	SELECT 'pairs of duplicate accounts', (SELECT count(*) FROM true_pair), (SELECT count(*) FROM found_pair),
		(SELECT count(*) FROM true_pair JOIN found_pair USING (account_id, other_id))
)
SELECT finding, injected, found, counts.right, round(100.0 * counts.right / nullif(injected, 0), 1) AS recall,
	round(100.0 * counts.right / nullif(found, 0), 1) AS precision
FROM counts;
