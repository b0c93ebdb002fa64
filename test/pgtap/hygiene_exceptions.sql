-- The queue of exceptions over thirty days of issues that come and go, against what sets say; dispositions, snoozing, ageing, digests; what is refused.
\ir setup.psql

CREATE SCHEMA "Hy $1 'g";
CALL create_exception_queue('Hy $1 ''g');
CALL create_exception_queue('Hy $1 ''g');	-- once more changes nothing
SET LOCAL search_path = public, salesops, "Hy $1 'g";

-- a record's issues on each day, by chance; some records come later, and some go
CREATE TEMP TABLE history AS SELECT day, r AS record_id, (SELECT string_agg(c, ',' ORDER BY c COLLATE "C") FROM unnest('{aged_in_stage,missing_amount,stale,own_code,close_date_too_far}'::text[]) c WHERE get_byte(decode(md5(c || r || '/' || day / (1 + r % 4)), 'hex'), 0) < 60) AS issues,
	'U' || (r + day / 10) % 7 AS owner_id, CASE WHEN r % 5 > 0 THEN r * 10 + day % 3 END::numeric AS amount
	FROM generate_series(1, 30) day, generate_series(1, 60) r WHERE r > 3 OR day > 10 + r OR day < r;
CREATE TEMP TABLE now_there (record_id int, issues text, owner_id text, amount numeric);
CREATE TEMP TABLE run (day int, opened bigint, reopened bigint, kept bigint, closed bigint, again text);
CREATE FUNCTION pg_temp.policy() RETURNS hygiene_policy IMMUTABLE LANGUAGE sql RETURN CAST ('{"due_days": {"high": 1, "medium": 3}, "severity": {"stale": "low"}, "owner": {"stale": "desk"}}' AS hygiene_policy);
CREATE FUNCTION pg_temp.hours() RETURNS business_calendar IMMUTABLE LANGUAGE sql RETURN CAST ('Mon-Fri 09:00-17:00 Europe/Berlin; holidays 2026-05-14' AS business_calendar);
DO $$
BEGIN
	FOR d IN 1 .. 30 LOOP
		TRUNCATE now_there;
		INSERT INTO now_there SELECT record_id, issues, owner_id, amount FROM history WHERE day = d;
		INSERT INTO run SELECT d, u.* FROM update_exceptions('Hy $1 ''g', 'opportunity', 'now_there', pg_temp.policy(), pg_temp.hours(), '2026-05-01 22:30+00'::timestamptz + d * interval '1 day') u;
		UPDATE run SET again = (SELECT u::text FROM update_exceptions('Hy $1 ''g', 'opportunity', 'now_there', pg_temp.policy(), pg_temp.hours(), '2026-05-01 22:30+00'::timestamptz + d * interval '1 day') u) WHERE day = d;
	END LOOP;
END $$;
CREATE TEMP TABLE there AS SELECT day, record_id::text, code, owner_id, amount FROM history, string_to_table(issues, ',') code;
CREATE TEMP TABLE expected AS SELECT day, count(*) FILTER (WHERE now AND NOT ever) AS opened, count(*) FILTER (WHERE now AND ever AND NOT before) AS reopened, count(*) FILTER (WHERE now AND before) AS kept, count(*) FILTER (WHERE NOT now AND before) AS closed
	FROM (SELECT d.day, EXISTS (SELECT FROM there t WHERE (t.record_id, t.code) = (k.record_id, k.code) AND t.day = d.day) AS now, EXISTS (SELECT FROM there t WHERE (t.record_id, t.code) = (k.record_id, k.code) AND t.day = d.day - 1) AS before,
		EXISTS (SELECT FROM there t WHERE (t.record_id, t.code) = (k.record_id, k.code) AND t.day < d.day) AS ever FROM generate_series(1, 30) d (day), (SELECT DISTINCT record_id, code FROM there) k) s GROUP BY day;
SELECT results_eq('SELECT day, opened, reopened, kept, closed FROM run ORDER BY day', 'SELECT * FROM expected ORDER BY day', 'opened, reopened, kept and closed are what the sets say, day by day');
SELECT cmp_ok(sum(reopened), '>', 50::numeric, 'some came back') FROM run;
SELECT is(again, format('(0,0,%s,0)', opened + reopened + kept), 'day ' || day || ' again: all is kept') FROM run;
SELECT results_eq('SELECT record_id, code, owner_id, amount FROM exception WHERE closed_at IS NULL ORDER BY 1, 2', 'SELECT record_id, code, owner_id, amount FROM there WHERE day = 30 ORDER BY 1, 2', 'what is open is what is there');
SELECT results_eq('SELECT e.record_id, e.code, e.times_opened FROM exception e ORDER BY 1, 2', 'SELECT record_id, code, count(*)::int FROM there t WHERE NOT EXISTS (SELECT FROM there b WHERE (b.record_id, b.code) = (t.record_id, t.code) AND b.day = t.day - 1) GROUP BY 1, 2 ORDER BY 1, 2', 'each was opened as often as it came');
SELECT results_eq('SELECT event, count(*) FROM exception_event GROUP BY 1 ORDER BY 1', $$SELECT * FROM (SELECT 'closed', sum(closed)::bigint FROM expected UNION ALL SELECT 'opened', sum(opened)::bigint FROM expected UNION ALL SELECT 'reopened', sum(reopened)::bigint FROM expected) s ORDER BY 1$$, 'and each event is written down');
SELECT is_empty('SELECT exception_id FROM exception e WHERE (closed_at IS NULL) <> (SELECT event <> ''closed'' FROM exception_event v WHERE v.exception_id = e.exception_id ORDER BY event_id DESC LIMIT 1)', 'the last event says whether it is closed');
SELECT is_empty($$SELECT e.exception_id, e.due_on FROM exception e WHERE due_on IS DISTINCT FROM CASE e.severity WHEN 'high' THEN add_business_days((e.opened_at AT TIME ZONE 'Europe/Berlin')::date, 1, pg_temp.hours()) WHEN 'medium' THEN add_business_days((e.opened_at AT TIME ZONE 'Europe/Berlin')::date, 3, pg_temp.hours()) END$$, 'due days are business days behind the day of the calendar''s zone');
SELECT results_eq('SELECT DISTINCT code, severity, role FROM exception ORDER BY 1', $$VALUES ('aged_in_stage', 'medium', 'manager'), ('close_date_too_far', 'low', 'rep'), ('missing_amount', 'high', 'rep'), ('own_code', 'medium', 'rep'), ('stale', 'low', 'desk')$$, 'severity and role are the policy''s');

-- ---- reading ----

SELECT is_empty($$SELECT x.exception_id FROM exceptions_at('Hy $1 ''g', pg_temp.hours(), '2026-06-20 10:00+00') x JOIN exception e USING (exception_id) WHERE (x.age_days, x.overdue_days, x.status) IS DISTINCT FROM (business_days((e.opened_at AT TIME ZONE 'Europe/Berlin')::date, '2026-06-20', pg_temp.hours()), CASE WHEN e.due_on IS NOT NULL THEN greatest(0, business_days(e.due_on, '2026-06-20', pg_temp.hours())) END, 'open')$$, 'ages in business days');
SELECT is((SELECT count(*) FROM exceptions_at('Hy $1 ''g', pg_temp.hours(), '2026-06-20 10:00+00')), (SELECT count(*) FROM exception WHERE closed_at IS NULL), 'all that are not closed');
SELECT is(array_agg(severity ORDER BY ordinality), array_agg(severity ORDER BY array_position('{high,medium,low}', severity)), 'the gravest first') FROM exceptions_at('Hy $1 ''g', pg_temp.hours(), '2026-06-20 10:00+00') WITH ORDINALITY;
SELECT results_eq($$SELECT assignee, exceptions, overdue FROM exception_digest('Hy $1 ''g', pg_temp.hours(), '2026-06-20 10:00+00')$$, $$SELECT assignee, count(*), count(*) FILTER (WHERE overdue_days > 0) FROM exceptions_at('Hy $1 ''g', pg_temp.hours(), '2026-06-20 10:00+00') GROUP BY 1 ORDER BY assignee COLLATE "C"$$, 'a digest for each');
SELECT is(pg_temp.outcome_of($$SELECT exceptions_at('Hy $1 ''g', '24x7 UTC', '2026-05-20 00:00+00')$$), '55000', 'what was open earlier is not known');
SELECT results_eq($$SELECT assignee, amount FROM exception_digest('Hy $1 ''g', pg_temp.hours(), '2026-06-20 10:00+00')$$, $$SELECT owner_id, sum(amount) FROM (SELECT DISTINCT owner_id, source, record_id, amount FROM exception WHERE closed_at IS NULL) r GROUP BY 1 ORDER BY owner_id COLLATE "C" NULLS LAST$$, 'the amount of each record once');
SELECT is((SELECT count(*) FROM string_to_table(digest, E'\n')), least(exceptions, 3) + 1 + (exceptions > 3)::int, 'of as many lines as were asked for') FROM exception_digest('Hy $1 ''g', pg_temp.hours(), '2026-06-20 10:00+00', 3);
SELECT is((SELECT sum(b.records) FROM issue_breakdown(count_issues(code, amount)) b), count(*)::numeric, 'a Pareto of what is open') FROM exception WHERE closed_at IS NULL;
SELECT is((SELECT count(*) FROM exceptions_at(NULL, pg_temp.hours(), now())) + (SELECT count(*) FROM exceptions_at('x', NULL, now())) + (SELECT count(*) FROM exceptions_at('x', pg_temp.hours(), NULL)), 0::bigint, 'no rows for NULL');

-- ---- what people do ----

CREATE TEMP TABLE chosen AS SELECT (array_agg(exception_id ORDER BY exception_id))[1:4] AS ids FROM exception WHERE closed_at IS NULL;
SELECT is(assign_exceptions('Hy $1 ''g', ids[1:2], 'U99'), 2::bigint, 'assigned') FROM chosen;
SELECT is(snooze_exceptions('Hy $1 ''g', ids[2:2], '2026-06-10'), 1::bigint, 'snoozed') FROM chosen;
SELECT is(dispose_exceptions('Hy $1 ''g', ids[3:3], 'accepted', 'as agreed: with finance'), 1::bigint, 'disposed') FROM chosen;
SELECT is(dispose_exceptions('Hy $1 ''g', ids[4:4], 'false_positive', 'a partner deal'), 1::bigint, 'disposed as a mistake of the rule') FROM chosen;
SELECT is(array_agg((e.assignee IS NOT DISTINCT FROM 'U99', e.snoozed_until, e.disposition, e.note)::text ORDER BY exception_id), array[(true, NULL::date, NULL::text, NULL::text)::text, (true, '2026-06-10', NULL, NULL)::text, (false, NULL, 'accepted', 'as agreed: with finance')::text, (false, NULL, 'false_positive', 'a partner deal')::text], 'which stands in their rows') FROM exception e, chosen WHERE exception_id = ANY (ids);
SELECT results_eq('SELECT event, detail FROM exception_event WHERE event IN (''assigned'', ''snoozed'', ''disposed'') ORDER BY event_id', $$VALUES ('assigned', 'U99'), ('assigned', 'U99'), ('snoozed', '2026-06-10'), ('disposed', 'accepted: as agreed: with finance'), ('disposed', 'false_positive: a partner deal')$$, 'and in their events');
SELECT is(array_agg(status ORDER BY exception_id), '{open,snoozed,disposed,disposed}', 'on the day before') FROM exceptions_at('Hy $1 ''g', pg_temp.hours(), '2026-06-09 10:00+00'), chosen WHERE exception_id = ANY (ids);
SELECT is(array_agg(status ORDER BY exception_id), '{open,open,disposed,disposed}', 'and on the day it is back') FROM exceptions_at('Hy $1 ''g', pg_temp.hours(), '2026-06-10 10:00+00'), chosen WHERE exception_id = ANY (ids);
-- still there: stays assigned, snoozed and disposed
SELECT is(u.kept, (SELECT opened + reopened + kept FROM run WHERE day = 30), 'kept') FROM update_exceptions('Hy $1 ''g', 'opportunity', 'now_there', pg_temp.policy(), pg_temp.hours(), '2026-06-05 10:00+00') u;
SELECT is(array_agg((e.assignee IS NOT DISTINCT FROM 'U99', e.snoozed_until, e.disposition)::text ORDER BY exception_id), array[(true, NULL::date, NULL::text)::text, (true, '2026-06-10', NULL)::text, (false, NULL, 'accepted')::text, (false, NULL, 'false_positive')::text], 'as they were') FROM exception e, chosen WHERE exception_id = ANY (ids);
-- mended, and back
CREATE TEMP VIEW none AS SELECT record_id, NULL::text AS issues FROM now_there;
SELECT is((u.opened, u.reopened, u.kept), (0::bigint, 0::bigint, 0::bigint), 'all mended') FROM update_exceptions('Hy $1 ''g', 'opportunity', 'none', pg_temp.policy(), pg_temp.hours(), '2026-06-06 10:00+00') u;
SELECT is(count(*), 0::bigint, 'nothing is open') FROM exceptions_at('Hy $1 ''g', pg_temp.hours(), '2026-06-20 10:00+00');
SELECT is((u.opened, u.kept, u.closed), (0::bigint, 0::bigint, 0::bigint), 'all back') FROM update_exceptions('Hy $1 ''g', 'opportunity', 'now_there', pg_temp.policy(), pg_temp.hours(), '2026-06-07 10:00+00') u;
SELECT is(array_agg((e.assignee IS NULL, e.snoozed_until, e.disposition, e.note)::text ORDER BY exception_id), array[(true, NULL::date, NULL::text, NULL::text)::text, (true, NULL, NULL, NULL)::text, (true, NULL, NULL, NULL)::text, (true, NULL, 'false_positive', 'a partner deal')::text], 'what was decided is forgotten, but that the rule is at fault') FROM exception e, chosen WHERE exception_id = ANY (ids);
-- another source is another queue
CREATE TEMP TABLE other AS SELECT 'A''1' AS record_id, 'stale,stale,,missing_budget' AS issues;
SELECT is((u.opened, u.reopened, u.kept, u.closed), (2::bigint, 0::bigint, 0::bigint, 0::bigint), 'another source, at its own time') FROM update_exceptions('Hy $1 ''g', 'account', 'other', pg_temp.policy(), pg_temp.hours(), '2020-06-07 10:00+00') u;

-- keys are the same texts in every session, and of bytes that look the same two are two
SELECT EXISTS (SELECT FROM pg_collation WHERE collprovider = 'i') AS has_icu \gset
\if :has_icu
CREATE COLLATION pg_temp.alike (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TEMP TABLE alike AS SELECT r.id COLLATE pg_temp.alike AS record_id, 'stale' COLLATE pg_temp.alike AS issues FROM (VALUES ('a'), ('A')) AS r (id);
SELECT is((u.opened, u.kept), (2::bigint, 0::bigint), 'a column by whose collation both are one') FROM update_exceptions('Hy $1 ''g', 'test', 'alike', '{}', '24x7 UTC', '2026-06-07 10:00+00') u;
\endif
CREATE TEMP TABLE binary_id AS SELECT '\xde00'::bytea AS record_id, 'stale' AS issues;
CREATE TEMP TABLE moment_id AS SELECT '2026-06-01 00:00+00'::timestamptz AS record_id, 'stale' AS issues;
SELECT is((u.opened, v.opened), (1::bigint, 1::bigint), 'keys that settings write in several ways') FROM update_exceptions('Hy $1 ''g', 'bytes', 'binary_id', '{}', '24x7 UTC', '2026-06-07 10:00+00') u, update_exceptions('Hy $1 ''g', 'moments', 'moment_id', '{}', '24x7 UTC', '2026-06-07 10:00+00') v;
SET LOCAL bytea_output = 'escape';
SET LOCAL timezone = 'Asia/Tokyo';
SELECT is((u.opened, u.kept, v.opened, v.kept), (0::bigint, 1::bigint, 0::bigint, 1::bigint), 'are kept under others') FROM update_exceptions('Hy $1 ''g', 'bytes', 'binary_id', '{}', '24x7 UTC', '2026-06-07 10:00+00') u, update_exceptions('Hy $1 ''g', 'moments', 'moment_id', '{}', '24x7 UTC', '2026-06-07 10:00+00') v;
RESET bytea_output;
RESET timezone;
-- assigned to who owns the record: stays with him where it gets another owner
CREATE TEMP TABLE sold AS SELECT 'S1' AS record_id, 'stale' AS issues, 'ann' AS owner_id;
SELECT update_exceptions('Hy $1 ''g', 'sold', 'sold', '{}', '24x7 UTC', '2026-06-07 10:00+00');
SELECT is(assign_exceptions('Hy $1 ''g', ARRAY(SELECT exception_id FROM exception WHERE source = 'sold'), 'ann'), 1::bigint, 'assigned to the owner');
UPDATE sold SET owner_id = 'bob';
SELECT update_exceptions('Hy $1 ''g', 'sold', 'sold', '{}', '24x7 UTC', '2026-06-08 10:00+00');
SELECT is(owner_id || ' ' || assignee, 'bob ann', 'stays assigned') FROM exceptions_at('Hy $1 ''g', '24x7 UTC', '2026-06-09 10:00+00') WHERE source = 'sold';

-- ---- what is refused, and leaves all as it was ----

CREATE TEMP TABLE before AS SELECT * FROM exception;
CREATE TEMP TABLE twice AS SELECT 1 AS record_id, 'stale' AS issues UNION ALL SELECT 1, 'stale';
CREATE TEMP TABLE no_records (record_id int, issues text);
CREATE TEMP TABLE twice_otherwise AS SELECT 1 AS record_id, 'stale' AS issues, 'U1' AS owner_id UNION ALL SELECT 1, NULL, 'U2';
CREATE TEMP TABLE nothing AS SELECT NULL::int AS record_id, NULL::text AS issues;
CREATE TEMP TABLE without_id AS SELECT NULL::int AS record_id, 'stale' AS issues;
CREATE TEMP TABLE no_issues AS SELECT 1 AS record_id;
CREATE TEMP TABLE bad_amount AS SELECT 1 AS record_id, 'stale' AS issues, 'x' AS amount;
SELECT is(pg_temp.outcome_of(format('SELECT update_exceptions(%s)', arguments)), outcome, arguments) FROM (VALUES
	('NULL, ''a'', ''other'', ''{}'', ''24x7 UTC'', now()', '22004'), ('''Hy $1 ''''g'', NULL, ''other'', ''{}'', ''24x7 UTC'', now()', '22004'), ('''Hy $1 ''''g'', ''a'', NULL, ''{}'', ''24x7 UTC'', now()', '22004'), ('''Hy $1 ''''g'', ''a'', ''other'', NULL, ''24x7 UTC'', now()', '22004'), ('''Hy $1 ''''g'', ''a'', ''other'', ''{}'', NULL, now()', '22004'),
	('''Hy $1 ''''g'', ''a'', ''other'', ''{}'', ''24x7 UTC'', NULL', '22004'), ('''Hy $1 ''''g'', '' '', ''other'', ''{}'', ''24x7 UTC'', now()', '22023'), ('''Hy $1 ''''g'', ''a'', ''other'', ''{}'', ''24x7 UTC'', ''infinity''', '22023'), ('''nowhere'', ''a'', ''other'', ''{}'', ''24x7 UTC'', now()', '42P01'), ('''public; DROP TABLE exception'', ''a'', ''other'', ''{}'', ''24x7 UTC'', now()', '42P01'),
	('''Hy $1 ''''g'', ''a'', ''no_issues'', ''{}'', ''24x7 UTC'', now()', '42703'), ('''Hy $1 ''''g'', ''a'', ''twice'', ''{}'', ''24x7 UTC'', now()', '21000'), ('''Hy $1 ''''g'', ''a'', ''without_id'', ''{}'', ''24x7 UTC'', now()', '21000'), ('''Hy $1 ''''g'', ''a'', ''twice_otherwise'', ''{}'', ''24x7 UTC'', now()', '21000'), ('''Hy $1 ''''g'', ''opportunity'', ''no_records'', ''{}'', ''24x7 UTC'', now()', 'P0002'), ('''Hy $1 ''''g'', ''a'', ''nothing'', ''{}'', ''24x7 UTC'', now()', '21000'), ('''Hy $1 ''''g'', ''a'', ''bad_amount'', ''{}'', ''24x7 UTC'', now()', '22P02'), ('''Hy $1 ''''g'', ''opportunity'', ''other'', ''{}'', ''24x7 UTC'', ''2026-06-01 00:00+00''', '55000')) v (arguments, outcome);
SELECT is(pg_temp.outcome_of(query), outcome, query) FROM (VALUES ('SELECT assign_exceptions(NULL, ''{1}'', ''U1'')', '22004'), ('SELECT assign_exceptions(''Hy $1 ''''g'', NULL, ''U1'')', '22004'), ('SELECT assign_exceptions(''Hy $1 ''''g'', ''{1}'', NULL)', '22023'), ('SELECT assign_exceptions(''Hy $1 ''''g'', ''{1}'', ''  '')', '22023'), ('SELECT assign_exceptions(''Hy $1 ''''g'', ''{1,999999}'', ''U1'')', 'P0002'),
	('SELECT assign_exceptions(''Hy $1 ''''g'', ''{1,NULL}'', ''U1'')', 'P0002'), ('SELECT snooze_exceptions(''Hy $1 ''''g'', ''{1}'', NULL)', '22023'), ('SELECT snooze_exceptions(''Hy $1 ''''g'', ''{1}'', ''infinity'')', '22023'), ('SELECT dispose_exceptions(''Hy $1 ''''g'', ''{1}'', ''fixed'', ''x'')', '22023'), ('SELECT dispose_exceptions(''Hy $1 ''''g'', ''{1}'', NULL, ''x'')', '22023'), ('SELECT dispose_exceptions(''Hy $1 ''''g'', ''{1}'', ''accepted'', '' '')', '22023'),
	('SELECT dispose_exceptions(''nowhere'', ''{1}'', ''accepted'', ''as it is'')', '42P01'), ('SELECT assign_exceptions(''Hy $1 ''''g'', ''{}'', ''U1'')', '0'), ('SELECT exception_digest(''Hy $1 ''''g'', ''24x7 UTC'', now(), 0)', '22023'), ('SELECT exception_digest(''Hy $1 ''''g'', ''24x7 UTC'', now(), NULL)', '22023'), ('SELECT exceptions_at(''nowhere'', ''24x7 UTC'', now())', '42P01')) v (query, outcome);
SELECT throws_ok('CALL create_exception_queue(''nowhere'')', '3F000', NULL, 'a schema that is not there');
SELECT throws_ok('CALL create_exception_queue(NULL)', '22004', NULL, 'and none');
SELECT throws_ok('CALL create_exception_notify(''Hy $1 ''''g'', '''')', '22023', NULL, 'a channel without a name');
SELECT throws_ok(format('CALL create_exception_notify(''Hy $1 ''''g'', %L)', repeat('a', 64)), '22023', NULL, 'and one with too long a name');
SELECT throws_ok('CALL create_exception_notify(''public'', ''a'')', '42P01', NULL, 'and no queue');
SELECT results_eq('SELECT * FROM exception ORDER BY exception_id', 'SELECT * FROM before ORDER BY exception_id', 'nothing was done');
SELECT lives_ok($q$CALL create_exception_notify('Hy $1 ''g', E'it''s $$ %1$s \\')$q$, 'a channel of any name');
SELECT lives_ok($$SELECT update_exceptions('Hy $1 ''g', 'account', 'none', pg_temp.policy(), pg_temp.hours(), '2026-06-08 10:00+00')$$, 'and messages are sent');

SELECT * FROM finish();
ROLLBACK;
