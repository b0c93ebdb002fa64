# What Power BI sends to PostgreSQL (Npgsql, or ODBC, DirectQuery), beside the same question in plain SQL.  The form of
# this file: answers.pl.  Where the shapes come from: docs/design/clients.md.

== Power BI: the navigator's list of tables
# ravendb/ravendb, Integrations/PostgreSQL: the queries of Power BI that it knows
plain
SELECT n.nspname::text AS table_schema, c.relname::text AS table_name, CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'BASE TABLE' END AS table_type
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'reports' AND c.relkind = 'v' AND has_table_privilege(c.oid, 'SELECT')
sent
select TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE
from INFORMATION_SCHEMA.tables
where TABLE_SCHEMA not in ('information_schema', 'pg_catalog') and TABLE_SCHEMA = 'reports' and TABLE_TYPE = 'VIEW'
order by TABLE_SCHEMA, TABLE_NAME

== Power BI: the columns of a view
plain
SELECT a.attname::text AS column_name, a.attnum::int AS ordinal_position, 'YES'::text AS is_nullable,
	format_type(a.atttypid, NULL) AS data_type
FROM pg_attribute a WHERE a.attrelid = 'reports.coverage'::regclass AND a.attnum > 0 ORDER BY a.attnum
sent
select COLUMN_NAME, ORDINAL_POSITION, IS_NULLABLE, case when (data_type like '%unsigned%') then DATA_TYPE || ' unsigned' else DATA_TYPE end as DATA_TYPE
from INFORMATION_SCHEMA.columns
where TABLE_SCHEMA = 'reports' and TABLE_NAME = 'coverage'
order by TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION

== Power BI: the keys of a view
plain
SELECT ''::text AS index_name, ''::text AS column_name, 0 AS ordinal_position, ''::text AS primary_key WHERE false
sent
select i.CONSTRAINT_SCHEMA || '_' || i.CONSTRAINT_NAME as INDEX_NAME, ii.COLUMN_NAME, ii.ORDINAL_POSITION::int as ORDINAL_POSITION, case when i.CONSTRAINT_TYPE = 'PRIMARY KEY' then 'Y' else 'N' end as PRIMARY_KEY
from INFORMATION_SCHEMA.table_constraints i inner join INFORMATION_SCHEMA.key_column_usage ii on i.CONSTRAINT_SCHEMA = ii.CONSTRAINT_SCHEMA and i.CONSTRAINT_NAME = ii.CONSTRAINT_NAME and i.TABLE_SCHEMA = ii.TABLE_SCHEMA and i.TABLE_NAME = ii.TABLE_NAME
where i.TABLE_SCHEMA = 'reports' and i.TABLE_NAME = 'coverage'
and i.CONSTRAINT_TYPE in ('PRIMARY KEY', 'UNIQUE')
order by 1, 2, 3

== Power BI: what refers to a view
plain
SELECT ''::text AS pk_column_name, ''::text AS fk_table_schema, ''::text AS fk_table_name, ''::text AS fk_column_name, 0 AS ordinal, ''::text AS fk_name WHERE false
sent
select pkcol.COLUMN_NAME as PK_COLUMN_NAME, fkcol.TABLE_SCHEMA AS FK_TABLE_SCHEMA, fkcol.TABLE_NAME AS FK_TABLE_NAME, fkcol.COLUMN_NAME as FK_COLUMN_NAME,
  fkcol.ORDINAL_POSITION::int as ORDINAL, fkcon.CONSTRAINT_SCHEMA || '_' || fkcol.TABLE_NAME || '_' || 'coverage' || '_' || fkcon.CONSTRAINT_NAME as FK_NAME
from (select distinct constraint_catalog, constraint_schema, unique_constraint_schema, constraint_name, unique_constraint_name from INFORMATION_SCHEMA.referential_constraints) fkcon
inner join INFORMATION_SCHEMA.key_column_usage fkcol on fkcon.CONSTRAINT_SCHEMA = fkcol.CONSTRAINT_SCHEMA and fkcon.CONSTRAINT_NAME = fkcol.CONSTRAINT_NAME
inner join INFORMATION_SCHEMA.key_column_usage pkcol on fkcon.UNIQUE_CONSTRAINT_SCHEMA = pkcol.CONSTRAINT_SCHEMA and fkcon.UNIQUE_CONSTRAINT_NAME = pkcol.CONSTRAINT_NAME
where pkcol.TABLE_SCHEMA = 'reports' and pkcol.TABLE_NAME = 'coverage' and pkcol.ORDINAL_POSITION = fkcol.ORDINAL_POSITION
order by FK_NAME, ORDINAL

== Power BI: the encoding
plain
SELECT pg_encoding_to_char(encoding)::text AS character_set_name FROM pg_database WHERE datname = current_database()
sent
select character_set_name from INFORMATION_SCHEMA.character_sets

== Power BI: a preview
# the "$Table" of its query language, and a limit of a thousand and one
plain
SELECT * FROM reports.forecast_summary
sent
select *
from "reports"."forecast_summary" "$Table"
limit 1001

== Power BI: TOP 0
plain
SELECT * FROM reports.movement LIMIT 0
sent
select "_".* from (select * from "reports"."movement" "$Table") "_" limit 0

== Power BI: a column of groups
# DirectQuery: every step is a sub-select named "_" or "rows", and one row more is asked for than it would show (Adobe, BI extension
# of Customer Journey Analytics: what Power BI runs; cube-js/cube, tests of its SQL API)
plain
SELECT DISTINCT period AS c1 FROM reports.coverage
sent
select "_"."c1"
from
(
    select "rows"."c1" as "c1"
    from
    (
        select "_"."period" as "c1"
        from
        (
            select "period",
                "team",
                "open_amount"
            from "reports"."coverage" "$Table"
        ) "_"
    ) "rows"
    group by "c1"
) "_"
limit 1000001

== Power BI: a table of sums
plain
SELECT period, sum(open_amount) AS a0, sum(quota) AS a1, count(*) AS a2 FROM reports.coverage WHERE NOT is_total GROUP BY period
sent
select "_"."period",
    "_"."a0",
    "_"."a1",
    "_"."a2"
from
(
    select "rows"."period" as "period",
        sum("rows"."open_amount") as "a0",
        sum(cast("rows"."quota" as decimal)) as "a1",
        count(1) as "a2"
    from
    (
        select "_"."period",
            "_"."team",
            "_"."is_total",
            "_"."open_amount",
            "_"."quota"
        from "reports"."coverage" "_"
        where "_"."is_total" = false and "_"."is_total" is not null
    ) "rows"
    group by "period"
) "_"
where not "_"."a0" is null or not "_"."a1" is null or not "_"."a2" is null
limit 1000001

== Power BI: a slicer of days and a list
plain
SELECT owner, sum(amount) AS a0, avg(age_days) AS a1 FROM reports.pipeline_inspection
WHERE close_date >= '2026-04-01' AND close_date < '2027-01-01' AND stage IN (SELECT stage FROM crm.stage WHERE outcome = 'open') GROUP BY owner HAVING sum(amount) IS NOT NULL OR avg(age_days) IS NOT NULL
sent
select "_"."owner",
    "_"."a0",
    "_"."a1"
from
(
    select "rows"."owner" as "owner",
        sum("rows"."amount") as "a0",
        avg("rows"."age_days") as "a1"
    from
    (
        select "_"."owner" as "owner",
            "_"."amount" as "amount",
            "_"."age_days" as "age_days"
        from
        (
            select "_"."owner",
                "_"."amount",
                "_"."age_days",
                "_"."close_date",
                "_"."stage"
            from
            (
                select "owner",
                    "amount",
                    "age_days",
                    "close_date",
                    "stage"
                from "reports"."pipeline_inspection" "$Table"
            ) "_"
            where ("_"."close_date" < date '2027-01-01' and "_"."close_date" >= date '2026-04-01') and ("_"."stage" in (select "stage" from "crm"."stage" "$Table" where "outcome" = 'open'))
        ) "_"
    ) "rows"
    group by "owner"
) "_"
where not "_"."a0" is null or not "_"."a1" is null
limit 1000001

== Power BI: a card
plain
SELECT count(DISTINCT opportunity_id) AS a0, max(refreshed_at) AS a1, max(as_of) AS a2 FROM reports.pipeline_inspection
sent
select count(distinct("rows"."opportunity_id")) as "a0",
    max("rows"."refreshed_at") as "a1",
    max("rows"."as_of") as "a2"
from
(
    select "opportunity_id",
        "refreshed_at",
        "as_of"
    from "reports"."pipeline_inspection" "$Table"
) "rows"
limit 1000001

== Power BI: a calendar related to deals
# a relation between two tables is "$Outer" and "$Inner", and the columns of a side have numbers
plain
SELECT d.fiscal_quarter AS semijoin1_c22, sum(p.amount) AS a0 FROM reports.pipeline_inspection p LEFT JOIN reports.date_dimension d ON d.day = p.close_date GROUP BY 1 HAVING sum(p.amount) IS NOT NULL
sent
select "_"."semijoin1.c22" as "semijoin1_c22",
    "_"."a0" as "a0"
from
(
    select "rows"."semijoin1.c22" as "semijoin1.c22",
        sum(cast("rows"."basetable0.a0" as decimal)) as "a0"
    from
    (
        select "$Outer"."basetable0.a0",
            "$Inner"."semijoin1.c22"
        from
        (
            select "_"."close_date" as "basetable0.c7",
                "_"."amount" as "basetable0.a0"
            from "reports"."pipeline_inspection" "_"
        ) "$Outer"
        left outer join
        (
            select "_"."day" as "semijoin1.c1",
                "_"."fiscal_quarter" as "semijoin1.c22"
            from "reports"."date_dimension" "_"
        ) "$Inner" on ("$Outer"."basetable0.c7" = "$Inner"."semijoin1.c1")
    ) "rows"
    group by "semijoin1.c22"
) "_"
where not "_"."a0" is null
limit 1000001

== Power BI: a sorted table with its blanks last | rows in order
plain
SELECT team, a0 FROM (SELECT team, sum(amount) AS a0 FROM reports.pipeline_inspection GROUP BY team) AS t ORDER BY a0 DESC NULLS LAST, team LIMIT 501
sent
select "_"."team",
    "_"."a0"
from
(
    select "_"."team",
        "_"."a0",
        "_"."o0",
        "_"."o1"
    from
    (
        select "_"."team" as "team",
            "_"."a0" as "a0",
            case when "_"."a0" is not null then "_"."a0" else 0 end as "o0",
            case when "_"."a0" is null then 0 else 1 end as "o1"
        from
        (
            select "rows"."team" as "team",
                sum("rows"."amount") as "a0"
            from "reports"."pipeline_inspection" "rows"
            group by "team"
        ) "_"
    ) "_"
) "_"
order by "_"."o1" desc,
        "_"."o0" desc,
        "_"."team"
limit 501

== Power BI by ODBC: ITBL
# the query folding of its ODBC source
plain
SELECT stage, count(*) AS "C1", sum(open_amount) AS "C2" FROM reports.stage_aging WHERE NOT is_total GROUP BY stage
sent
select "stage", "C1", "C2" from (select "stage", count(*) as "C1", sum("open_amount") as "C2" from (select "stage", "team", "is_total", "open_amount" from "reports"."stage_aging") as "ITBL" where "is_total" = '0' group by "stage") as "ITBL"

== Power BI by ODBC: escapes of the driver
# {d '…'}, {ts '…'} and {fn …}, which the driver turns into SQL
plain
SELECT upper(team) AS t, count(*) AS n FROM reports.pipeline_inspection WHERE close_date >= '2026-04-01' GROUP BY 1
sent
select {fn UCASE("team")} as "t", count(*) as "n" from "reports"."pipeline_inspection" where "close_date" >= {d '2026-04-01'} group by {fn UCASE("team")}

== Power BI: parameters of a model
plain
SELECT metric, value FROM reports.scorecard WHERE status = 'missed'
sent
? text missed
select "_"."metric", "_"."value" from (select "metric", "value", "status" from "reports"."scorecard" "$Table") "_" where "_"."status" = ? limit 1000001

== Npgsql: the types of the database
# what it reads when it connects, of types of the extension: each with what it is made of.  A domain of text must say so, and a range
# its subtype, or the driver does not know the column.
plain
SELECT t.typname::text AS typname, t.typtype::text AS typtype, format_type(coalesce(nullif(t.typbasetype, 0), r.rngsubtype), NULL)::text AS element
FROM pg_type t LEFT JOIN pg_range r ON r.rngtypid = t.oid
WHERE t.typnamespace = 'salesops'::regnamespace AND t.typtype IN ('b', 'd', 'r') AND t.typelem = 0
sent
SELECT t.typname::text, t.type::text AS typtype, format_type(t.elementoid, NULL)::text AS element
FROM (
	SELECT a.oid, a.typname, ns.nspname,
		CASE WHEN p.proname = 'array_recv' THEN 'a' ELSE a.typtype END AS type,
		CASE WHEN p.proname = 'array_recv' THEN a.typelem WHEN a.typtype = 'r' THEN r.rngsubtype WHEN a.typtype = 'd' THEN a.typbasetype ELSE NULL END AS elementoid
	FROM pg_type AS a
	JOIN pg_namespace AS ns ON ns.oid = a.typnamespace
	JOIN pg_proc AS p ON p.oid = a.typreceive
	LEFT JOIN pg_range AS r ON r.rngtypid = a.oid
) AS t
WHERE t.nspname = 'salesops' AND t.type IN ('b', 'd', 'r')

== Npgsql: the fields of composite types
plain
SELECT c.relname::text AS typname, count(*) AS fields FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'salesops'::regnamespace AND c.relkind = 'c' GROUP BY 1
sent
SELECT t.typname::text, count(f.oid) AS fields
FROM pg_type AS t
JOIN pg_namespace AS ns ON ns.oid = t.typnamespace
JOIN pg_class AS c ON c.oid = t.typrelid
JOIN pg_attribute AS a ON a.attrelid = t.typrelid
JOIN pg_type AS f ON f.oid = a.atttypid AND (f.typreceive <> 0)
WHERE t.typtype = 'c' AND c.relkind = 'c' AND ns.nspname = 'salesops' AND a.attnum > 0 AND NOT a.attisdropped
GROUP BY t.typname

== Npgsql: nothing of the extension refers to what cannot be read
# an array, a domain, a range or a field whose element has no binary form would be skipped
plain
SELECT ''::text AS typname WHERE false
sent
SELECT t.typname::text
FROM pg_type AS t
JOIN pg_namespace AS ns ON ns.oid = t.typnamespace
LEFT JOIN pg_type AS e ON e.oid = coalesce(nullif(t.typelem, 0), nullif(t.typbasetype, 0))
WHERE ns.nspname = 'salesops' AND t.typtype IN ('b', 'd') AND (t.typreceive = 0 OR t.typsend = 0 OR (e.oid IS NOT NULL AND e.typreceive = 0))
