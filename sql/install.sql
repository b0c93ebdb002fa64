-- The extension installs into its own schema, and every object of it is there under its documented name.
CREATE EXTENSION salesops;
SELECT extname, extversion, nspname, extrelocatable, extconfig IS NULL AS no_tables
FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'salesops';

-- what users call; support functions of types and aggregates are left out
SELECT DISTINCT p.prokind AS kind, p.proname AS name
FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
	JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'salesops'
WHERE p.proname !~ '(_in|_out|_recv|_send|transfn|transfn_[a-z0-9]+|combinefn|finalfn)$' AND p.proname !~ '^value_'
ORDER BY 2, 1;

SELECT t.typname AS type, t.typtype AS kind
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE n.nspname = 'salesops' AND t.typtype IN ('b', 'd') AND t.typcategory <> 'A'
ORDER BY 1;
