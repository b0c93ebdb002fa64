-- How good the pack's findings are on the sample, whose defects are known (schema truth): recall is the share of the
-- injected defects that were found, precision the share of the findings that were injected.  Duplicates are counted in
-- pairs of records of one company.
\set ON_ERROR_STOP 1
\pset footer off
\pset linestyle unicode
\pset border 1
CREATE VIEW inspection.findings AS
WITH true_pair AS (
	SELECT a.account_id, b.account_id AS other_id
	FROM truth.duplicate_account a JOIN truth.duplicate_account b ON b.entity_id = a.entity_id AND a.account_id < b.account_id
), found_pair AS (
	SELECT a.account_id, b.account_id AS other_id
	FROM inspection.account_cluster a JOIN inspection.account_cluster b ON b.cluster_id = a.cluster_id AND a.account_id < b.account_id
), counts AS (
	SELECT 'wrong forecast categories, with their reason' AS finding, (SELECT count(*) FROM truth.category_error) AS injected,
		(SELECT count(*) FROM inspection.deal WHERE category_issue IS NOT NULL) AS found,
		(SELECT count(*) FROM truth.category_error t JOIN inspection.deal d ON d.opportunity_id = t.opportunity_id AND d.category_issue = t.reason) AS right
	UNION ALL
	SELECT 'aged deals', (SELECT count(*) FROM truth.aged_deal), (SELECT count(*) FROM inspection.aged_deals),
		(SELECT count(*) FROM truth.aged_deal t JOIN inspection.aged_deals d ON d.deal = t.opportunity_id)
	UNION ALL
	SELECT 'pairs of duplicate accounts', (SELECT count(*) FROM true_pair), (SELECT count(*) FROM found_pair),
		(SELECT count(*) FROM true_pair JOIN found_pair USING (account_id, other_id))
)
SELECT finding, injected, found, counts.right, round(100.0 * counts.right / nullif(injected, 0), 1) AS recall,
	round(100.0 * counts.right / nullif(found, 0), 1) AS precision
FROM counts;
\echo 'FINDINGS AGAINST WHAT WAS INJECTED INTO THE SAMPLE, in percent'
TABLE inspection.findings;
