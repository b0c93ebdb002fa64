SELECT kind, cluster, record, name, is_first, records_in_group, probability, why
FROM reports.duplicates
ORDER BY kind, cluster, is_first DESC
