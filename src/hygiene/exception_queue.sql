-- exception_queue: what is wrong today, since when, who sees to it, and until when.
--
-- The queue is the user's: two tables that exception_queue_sql writes. exception has a row for each record and reason code that was ever
-- found; exception_event one for each thing that happened to it. update_exceptions compares what a table or view of issues has now with
-- the queue: what is new is opened, what is still there is kept, what is there no longer is closed, and what comes back is reopened. Run
-- again with the same, it changes nothing but when the exceptions were last seen. Exceptions are never deleted.
--
-- An exception is open (to be worked on), snoozed (until a day), disposed (somebody decided: accepted, wont_fix, false_positive) or closed.
-- Who decided so keeps it out of the queue while it is there; if it is mended and comes back, it is open again, unless it is a
-- false_positive, where the rule is at fault and not the record.

CREATE FUNCTION exception_queue_sql(schema text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20
	RETURN format($$-- The queue of exceptions: written by salesops.exception_queue_sql(). It may run again at any time: tables stay as they are.

CALL salesops.require_ownership(%1$L::pg_catalog.text, '{exception,exception_event}'::pg_catalog.text[]);

CREATE TABLE IF NOT EXISTS %1$I.exception (
    exception_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source         text NOT NULL,
    record_id      text NOT NULL,
    code           text NOT NULL,
    severity       text NOT NULL CHECK (severity IN ('low', 'medium', 'high')),
    role           text NOT NULL,
    owner_id       text,
    assignee       text,
    amount         numeric,
    opened_at      timestamptz NOT NULL,
    due_on         date,
    seen_at        timestamptz NOT NULL,
    closed_at      timestamptz,
    times_opened   integer NOT NULL DEFAULT 1,
    snoozed_until  date,
    disposition    text CHECK (disposition IN ('accepted', 'wont_fix', 'false_positive')),
    note           text,
    UNIQUE (source, record_id, code)
);
COMMENT ON TABLE %1$I.exception IS 'Exceptions: one row for each record and reason code that was ever found, as it is now.';
COMMENT ON COLUMN %1$I.exception.source IS 'What the record is: opportunity, account, ...';
COMMENT ON COLUMN %1$I.exception.role IS 'Who has to see to it: rep, manager, operations, or what the policy says.';
COMMENT ON COLUMN %1$I.exception.owner_id IS 'Who owns the record, as it was last seen.';
COMMENT ON COLUMN %1$I.exception.assignee IS 'Who was assigned to work on it; NULL: the owner of the record does.';
COMMENT ON COLUMN %1$I.exception.opened_at IS 'When it was first found, or found again after it had been closed.';
COMMENT ON COLUMN %1$I.exception.seen_at IS 'When it was last found.';
COMMENT ON COLUMN %1$I.exception.closed_at IS 'When it was found no longer; NULL while it is there.';

CREATE TABLE IF NOT EXISTS %1$I.exception_event (
    event_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    exception_id  bigint NOT NULL REFERENCES %1$I.exception,
    event         text NOT NULL CHECK (event IN ('opened', 'closed', 'reopened', 'assigned', 'snoozed', 'disposed')),
    happened_at   timestamptz NOT NULL,
    detail        text,
    done_by       text NOT NULL DEFAULT current_user
);
CREATE INDEX IF NOT EXISTS exception_event_exception_id ON %1$I.exception_event (exception_id);
COMMENT ON TABLE %1$I.exception_event IS 'What happened to exceptions: one row for each event. detail is the assignee, the day, or the disposition with its note.';
$$, schema);
COMMENT ON FUNCTION exception_queue_sql(text) IS $$SQL text that makes the tables of a queue of exceptions, exception and exception_event, in a schema.
schema: as it is named, without quotes. NULL where it is NULL. Run it with create_exception_queue, or with \gexec in psql.
Example: substring(salesops.exception_queue_sql('My CRM') from 'CREATE TABLE IF NOT EXISTS ([^(]+) \(') ==> "My CRM".exception$$;

CREATE PROCEDURE create_exception_queue(schema text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	CALL salesops.require_schema(schema, 'the queue');
	EXECUTE salesops.exception_queue_sql(schema);
END $$;
COMMENT ON PROCEDURE create_exception_queue(text) IS $$Makes the tables of a queue of exceptions in a schema: what exception_queue_sql(schema) writes.
They belong to who calls it, who may grant others SELECT, INSERT and UPDATE on them, which update_exceptions needs. Tables that are there stay. CALL salesops.create_exception_queue('hygiene');
Example: to_regprocedure('salesops.create_exception_queue(text)') IS NOT NULL ==> true$$;

CREATE FUNCTION update_exceptions(queue_schema text, source text, judged regclass, policy hygiene_policy, calendar business_calendar, as_of timestamptz)
RETURNS TABLE (opened bigint, reopened bigint, kept bigint, closed bigint)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000 ROWS 1
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
AS $function$
#variable_conflict use_column
DECLARE
	queue CONSTANT text := format('%I.exception', coalesce(queue_schema, ''));
	event CONSTANT text := format('%I.exception_event', coalesce(queue_schema, ''));
	given_source CONSTANT text := source;
	given_policy CONSTANT salesops.hygiene_policy := policy;
	given_calendar CONSTANT salesops.business_calendar := calendar;
	moment CONSTANT timestamptz := as_of;
	problem text;
	last_seen timestamptz;
	present text;
	judged_records bigint;
BEGIN
	IF queue_schema IS NULL OR source IS NULL OR judged IS NULL OR policy IS NULL OR calendar IS NULL OR as_of IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'an argument of update_exceptions is NULL', DETAIL = 'It needs the schema of the queue, the source, the records that were judged, the policy, the calendar and the moment.',
			HINT = 'Without a policy of your own, pass ''{}''; without a calendar, ''Mon-Fri 09:00-17:00 UTC''.';
	END IF;
	IF btrim(source) = '' OR NOT isfinite(as_of) THEN
		RAISE invalid_parameter_value USING MESSAGE = CASE WHEN isfinite(as_of) THEN format('the source has no name: %L', source) ELSE format('the moment is not finite: %s', as_of) END,
			HINT = 'Name what the records are, as in ''opportunity'', and pass the moment at which they were judged.';
	END IF;
	IF to_regclass(queue) IS NULL OR to_regclass(event) IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('there is no queue of exceptions in schema %I', queue_schema), HINT = format('Make it: CALL salesops.create_exception_queue(%L).', queue_schema);
	END IF;
	SELECT string_agg(w, ', ') INTO problem FROM unnest('{record_id,issues}'::text[]) AS w WHERE NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = judged AND attname = w AND NOT attisdropped AND attnum > 0);
	IF problem IS NOT NULL THEN
		RAISE undefined_column USING MESSAGE = format('%s lacks columns: %s', judged, problem), DETAIL = 'Issues have a row for each record that was judged: record_id, issues, and, where there are any, owner_id and amount.',
			HINT = 'Name them in a view: SELECT opportunity_id AS record_id, salesops.hygiene_issues(...) AS issues, owner_id, amount FROM ...';
	END IF;
	-- one update at a time; readers, and those who assign and snooze, go on until rows are changed
	EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', queue);
	EXECUTE format('SELECT max(greatest(e.seen_at, e.closed_at)) FROM %s AS e WHERE e.source = $1', queue) INTO last_seen USING given_source;
	IF as_of < last_seen THEN
		RAISE object_not_in_prerequisite_state USING MESSAGE = format('the queue of %s has been updated since: at %s', quote_literal(source), last_seen),
			DETAIL = format('The moment passed is %s.', as_of), HINT = 'What was found earlier cannot be told from what was mended since: pass what is found now.';
	END IF;
	-- what the columns are called is known, what they are is not; a key is the same text in every session
	SELECT format('SELECT (%s)::text COLLATE "C" AS record_id, f.issues::text COLLATE "C" AS issues, %s AS owner_id, %s AS amount FROM %s AS f',
		CASE (SELECT atttypid::regtype::text FROM pg_attribute WHERE attrelid = judged AND attname = 'record_id') WHEN 'bytea' THEN '''\x'' || encode(f.record_id, ''hex'')' WHEN 'timestamp with time zone' THEN 'f.record_id AT TIME ZONE ''UTC''' ELSE 'f.record_id' END,
		CASE WHEN EXISTS (SELECT FROM pg_attribute WHERE attrelid = judged AND attname = 'owner_id' AND NOT attisdropped) THEN 'CASE WHEN NOT salesops.is_blank(f.owner_id::text) THEN f.owner_id::text END' ELSE 'NULL::text' END,
		CASE WHEN EXISTS (SELECT FROM pg_attribute WHERE attrelid = judged AND attname = 'amount' AND NOT attisdropped) THEN 'f.amount::numeric' ELSE 'NULL::numeric' END, judged) INTO present;
	-- the due day counts from the day of the moment in the calendar's own zone
	EXECUTE format($$WITH record AS MATERIALIZED (%1$s),
		offender AS MATERIALIZED (SELECT min(coalesce(d.record_id, 'NULL')) AS record_id FROM (SELECT r.record_id FROM record AS r GROUP BY r.record_id HAVING count(*) > 1 OR r.record_id IS NULL) AS d),
		-- nothing where the records are not what they should be: what is closed then is not, once that is said
		present AS MATERIALIZED (SELECT r.record_id, c.code, r.owner_id, r.amount FROM record AS r, LATERAL (SELECT DISTINCT code FROM string_to_table(r.issues, ',') AS code WHERE code <> '') AS c WHERE (SELECT o.record_id FROM offender AS o) IS NULL),
		day AS (SELECT salesops.calendar_date($4, $3) AS day),
		closing AS (UPDATE %2$s AS e SET closed_at = $4, snoozed_until = NULL WHERE e.source = $1 AND e.closed_at IS NULL AND NOT EXISTS (SELECT FROM present AS p WHERE p.record_id = e.record_id AND p.code = e.code) RETURNING e.exception_id),
		keeping AS (UPDATE %2$s AS e SET seen_at = $4, owner_id = p.owner_id, amount = p.amount, severity = salesops.issue_severity($2, p.code), role = salesops.issue_owner($2, p.code)
			FROM present AS p WHERE e.source = $1 AND e.closed_at IS NULL AND p.record_id = e.record_id AND p.code = e.code RETURNING e.exception_id),
		reopening AS (UPDATE %2$s AS e SET opened_at = $4, seen_at = $4, closed_at = NULL, times_opened = e.times_opened + 1, owner_id = p.owner_id, assignee = NULL, amount = p.amount, severity = salesops.issue_severity($2, p.code), role = salesops.issue_owner($2, p.code),
				due_on = salesops.issue_due($2, p.code, day, $3), disposition = CASE e.disposition WHEN 'false_positive' THEN e.disposition END, note = CASE e.disposition WHEN 'false_positive' THEN e.note END
			FROM present AS p, day WHERE e.source = $1 AND e.closed_at IS NOT NULL AND p.record_id = e.record_id AND p.code = e.code RETURNING e.exception_id),
		opening AS (INSERT INTO %2$s AS e (source, record_id, code, severity, role, owner_id, amount, opened_at, seen_at, due_on)
			SELECT $1, p.record_id, p.code, salesops.issue_severity($2, p.code), salesops.issue_owner($2, p.code), p.owner_id, p.amount, $4, $4, salesops.issue_due($2, p.code, day, $3)
			FROM present AS p, day WHERE NOT EXISTS (SELECT FROM %2$s AS e WHERE e.source = $1 AND e.record_id = p.record_id AND e.code = p.code) ORDER BY p.record_id, p.code RETURNING e.exception_id),
		logged AS (INSERT INTO %3$s (exception_id, event, happened_at)
			SELECT exception_id, event, $4 FROM (SELECT exception_id, 'opened' AS event FROM opening UNION ALL SELECT exception_id, 'reopened' FROM reopening UNION ALL SELECT exception_id, 'closed' FROM closing) AS n ORDER BY exception_id)
		SELECT (SELECT count(*) FROM opening), (SELECT count(*) FROM reopening), (SELECT count(*) FROM keeping), (SELECT count(*) FROM closing), (SELECT o.record_id FROM offender AS o), (SELECT count(*) FROM record)$$, present, queue, event)
	INTO opened, reopened, kept, closed, problem, judged_records USING given_source, given_policy, given_calendar, moment;
	IF problem IS NOT NULL THEN
		RAISE cardinality_violation USING MESSAGE = format('%s has no row of its own for each record: %s', judged, problem), DETAIL = 'Each record stands in one row, and has an id.',
			HINT = 'Leave out rows without an id, and join what has several rows for a record beforehand.';
	END IF;
	IF judged_records = 0 AND closed > 0 THEN
		RAISE no_data_found USING MESSAGE = format('%s has no records, and %s exceptions of %s are not closed', judged, closed, quote_literal(given_source)), DETAIL = 'What is not among the records that were judged is taken for mended. Nothing was changed.',
			HINT = 'Was the table loaded? Where there are none any more, pass one record with issues that are NULL.';
	END IF;
	RETURN NEXT;
END
$function$;
COMMENT ON FUNCTION update_exceptions(text, text, regclass, hygiene_policy, business_calendar, timestamptz) IS $$Brings a queue of exceptions up to date with the issues that there are: opens what is new, keeps what is still there, closes what is not, and reopens what has come back. Returns how many of each.
queue_schema: where create_exception_queue made the tables. source: what the records are, such as opportunity; exceptions of other sources are left alone. judged: a table or view with a row for each record that was looked at: record_id, issues (as hygiene_issues returns them), and where there are any owner_id and amount; what of this source is not in it is closed; none at all where exceptions are not closed, and a record twice, are an error. policy: severity, role and due days of each code. calendar: due days are its business days. as_of: the moment of judgement, not before the last one. NULLs are an error. One session at a time updates a queue. With the rights of who calls.
Example: to_regprocedure('salesops.update_exceptions(text, text, regclass, salesops.hygiene_policy, salesops.business_calendar, timestamptz)') IS NOT NULL ==> true$$;

-- ---- what people do with exceptions ----

CREATE FUNCTION lock_exceptions(queue_schema text, exceptions bigint[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
AS $function$
DECLARE
	queue CONSTANT text := format('%I.exception', coalesce(queue_schema, ''));
	there bigint;
	problem text;
BEGIN
	IF queue_schema IS NULL OR exceptions IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the schema of the queue and the exceptions must not be NULL', HINT = 'Pass the ids of the exceptions, as in ARRAY[1, 2].';
	END IF;
	IF to_regclass(queue) IS NULL OR to_regclass(format('%I.exception_event', queue_schema)) IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('there is no queue of exceptions in schema %I', queue_schema), HINT = format('Make it: CALL salesops.create_exception_queue(%L).', queue_schema);
	END IF;
	-- waits for an update of the queue before it has rows that the update waits for
	EXECUTE format('LOCK TABLE %s IN ROW EXCLUSIVE MODE', queue);
	EXECUTE format('SELECT count(*) FROM (SELECT FROM %s AS e WHERE e.exception_id = ANY ($1) AND e.closed_at IS NULL ORDER BY e.exception_id FOR UPDATE) AS l', queue) INTO there USING exceptions;
	EXECUTE format('SELECT string_agg(coalesce(id::text, ''NULL''), '', '') FROM (SELECT DISTINCT id FROM unnest($1) AS id WHERE NOT EXISTS (SELECT FROM %s AS e WHERE e.exception_id = id AND e.closed_at IS NULL) ORDER BY id LIMIT 5) AS d', queue) INTO problem USING exceptions;
	IF problem IS NOT NULL THEN
		RAISE no_data_found USING MESSAGE = format('no such exceptions, or closed: %s', problem), DETAIL = 'Nothing was changed.', HINT = 'Read the queue again: what was mended is closed.';
	END IF;
	RETURN there;
END
$function$;
COMMENT ON FUNCTION lock_exceptions(text, bigint[]) IS $$Locks the rows of exceptions until the end of the transaction, and returns how many they are: for what changes them together.
queue_schema: of the queue. exceptions: their ids; one that is closed or not there is an error.
Example: to_regprocedure('salesops.lock_exceptions(text, bigint[])') IS NOT NULL ==> true$$;

CREATE FUNCTION assign_exceptions(queue_schema text, exceptions bigint[], assignee text) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
AS $function$
DECLARE
	n bigint;
BEGIN
	IF assignee IS NULL OR btrim(assignee) = '' THEN
		RAISE invalid_parameter_value USING MESSAGE = format('nobody is called %s', quote_nullable(assignee)), HINT = 'Pass the id of the user who is to work on the exceptions.';
	END IF;
	n := salesops.lock_exceptions(queue_schema, exceptions);
	EXECUTE format('WITH changed AS (UPDATE %1$I.exception AS e SET assignee = $2 WHERE e.exception_id = ANY ($1) RETURNING e.exception_id)
		INSERT INTO %1$I.exception_event (exception_id, event, happened_at, detail) SELECT c.exception_id, ''assigned'', now(), $2 FROM changed AS c ORDER BY c.exception_id', queue_schema) USING exceptions, assignee;
	RETURN n;
END
$function$;
COMMENT ON FUNCTION assign_exceptions(text, bigint[], text) IS $$Gives exceptions to somebody to work on, whoever owns the record; returns how many.
queue_schema: of the queue. exceptions: their ids; one that is closed or not there is an error, and nothing is done. assignee: the id of a user; a blank one is an error.
Example: to_regprocedure('salesops.assign_exceptions(text, bigint[], text)') IS NOT NULL ==> true$$;

CREATE FUNCTION snooze_exceptions(queue_schema text, exceptions bigint[], until date) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
AS $function$
DECLARE
	n bigint;
BEGIN
	IF until IS NULL OR NOT isfinite(until) THEN
		RAISE invalid_parameter_value USING MESSAGE = format('exceptions cannot be snoozed until %s', coalesce(until::text, 'NULL')), DETAIL = 'They come back on a day.',
			HINT = 'Use dispose_exceptions for what is to stay away.';
	END IF;
	n := salesops.lock_exceptions(queue_schema, exceptions);
	EXECUTE format('WITH changed AS (UPDATE %1$I.exception AS e SET snoozed_until = $2 WHERE e.exception_id = ANY ($1) RETURNING e.exception_id)
		INSERT INTO %1$I.exception_event (exception_id, event, happened_at, detail) SELECT c.exception_id, ''snoozed'', now(), $2::text FROM changed AS c ORDER BY c.exception_id', queue_schema) USING exceptions, until;
	RETURN n;
END
$function$;
COMMENT ON FUNCTION snooze_exceptions(text, bigint[], date) IS $$Takes exceptions out of the queue until a day, on which they are back if they are still there; returns how many.
queue_schema: of the queue. exceptions: their ids; one that is closed or not there is an error, and nothing is done. until: the first day on which they are open again; NULL and infinity are an error.
Example: to_regprocedure('salesops.snooze_exceptions(text, bigint[], date)') IS NOT NULL ==> true$$;

CREATE FUNCTION dispose_exceptions(queue_schema text, exceptions bigint[], disposition text, note text) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
AS $function$
DECLARE
	n bigint;
BEGIN
	IF disposition IS NULL OR disposition <> ALL ('{accepted,wont_fix,false_positive}') THEN
		RAISE invalid_parameter_value USING MESSAGE = format('unknown disposition: %s', quote_nullable(disposition)), DETAIL = 'There are: accepted, wont_fix, false_positive.',
			HINT = 'What was mended is closed by update_exceptions.';
	END IF;
	IF salesops.is_blank(note) THEN
		RAISE invalid_parameter_value USING MESSAGE = 'a disposition needs a note', DETAIL = format('This one is %s.', quote_nullable(note)), HINT = 'Say why the exception is to stay away: others will ask.';
	END IF;
	n := salesops.lock_exceptions(queue_schema, exceptions);
	EXECUTE format('WITH changed AS (UPDATE %1$I.exception AS e SET disposition = $2, note = $3 WHERE e.exception_id = ANY ($1) RETURNING e.exception_id)
		INSERT INTO %1$I.exception_event (exception_id, event, happened_at, detail) SELECT c.exception_id, ''disposed'', now(), $2 || '': '' || $3 FROM changed AS c ORDER BY c.exception_id', queue_schema) USING exceptions, disposition, note;
	RETURN n;
END
$function$;
COMMENT ON FUNCTION dispose_exceptions(text, bigint[], text, text) IS $$Decides that exceptions stay out of the queue, and why; returns how many.
queue_schema: of the queue. exceptions: their ids; one that is closed or not there is an error, and nothing is done. disposition: accepted (it is so, and right), wont_fix, or false_positive (the rule is at fault: it stays away even where it is closed and comes back). note: the reason; a blank one is an error.
Example: to_regprocedure('salesops.dispose_exceptions(text, bigint[], text, text)') IS NOT NULL ==> true$$;

-- ---- reading the queue ----

CREATE FUNCTION exceptions_at(queue_schema text, calendar business_calendar, as_of timestamptz)
RETURNS TABLE (exception_id bigint, source text, record_id text, code text, severity text, role text, owner_id text, assignee text, amount numeric, opened_at timestamptz, due_on date, age_days integer, overdue_days integer, times_opened integer, status text)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000 ROWS 1000
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	last_seen timestamptz;
BEGIN
	IF queue_schema IS NULL OR calendar IS NULL OR as_of IS NULL THEN
		RETURN;
	END IF;
	IF to_regclass(format('%I.exception', queue_schema)) IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('there is no queue of exceptions in schema %I', queue_schema), HINT = format('Make it: CALL salesops.create_exception_queue(%L).', queue_schema);
	END IF;
	EXECUTE format('SELECT max(greatest(e.seen_at, e.closed_at)) FROM %I.exception AS e', queue_schema) INTO last_seen;
	IF as_of < last_seen THEN
		RAISE object_not_in_prerequisite_state USING MESSAGE = format('the queue has been updated since: at %s', last_seen), DETAIL = format('The moment passed is %s. A queue knows how its exceptions are, and not how they were.', as_of),
			HINT = format('Pass the moment of reading; %I.exception_event has what happened when.', queue_schema);
	END IF;
	RETURN QUERY EXECUTE format($$SELECT e.exception_id, e.source, e.record_id, e.code, e.severity, e.role, e.owner_id, coalesce(e.assignee, e.owner_id), e.amount, e.opened_at, e.due_on,
			salesops.business_days(salesops.calendar_date(e.opened_at, $1), d.today, $1), CASE WHEN e.due_on IS NOT NULL THEN greatest(0, salesops.business_days(e.due_on, d.today, $1)) END, e.times_opened,
			CASE WHEN e.disposition IS NOT NULL THEN 'disposed' WHEN e.snoozed_until > d.today THEN 'snoozed' ELSE 'open' END
		FROM %I.exception AS e, (SELECT salesops.calendar_date($2, $1) AS today) AS d WHERE e.closed_at IS NULL
		ORDER BY e.disposition IS NOT NULL, e.snoozed_until > d.today IS TRUE, CASE e.severity WHEN 'high' THEN 0 WHEN 'medium' THEN 1 ELSE 2 END, e.due_on, e.amount DESC NULLS LAST, e.exception_id$$, queue_schema) USING calendar, as_of;
END
$function$;
COMMENT ON FUNCTION exceptions_at(text, business_calendar, timestamptz) IS $$The exceptions that are not closed, with their age and their status on a day: the open ones first, the gravest of them first, then what is due first, then the largest.
queue_schema: of the queue. calendar: age_days are its business days since the exception was opened, overdue_days those since it was due (0: not yet; NULL: it has no due day). as_of: the moment of reading, not before the last update of the queue. status: open, snoozed or disposed. No rows for NULL. With the rights of who calls.
Example: (SELECT count(*) FROM salesops.exceptions_at(NULL, '24x7 UTC', '2026-07-01 00:00+00')) ==> 0$$;

CREATE FUNCTION exception_digest(queue_schema text, calendar business_calendar, as_of timestamptz, max_lines integer DEFAULT 10)
RETURNS TABLE (assignee text, exceptions bigint, overdue bigint, amount numeric, digest text)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000 ROWS 100
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	IF max_lines IS NULL OR max_lines < 1 THEN
		RAISE invalid_parameter_value USING MESSAGE = format('a digest cannot have %s lines', coalesce(max_lines::text, 'NULL')), HINT = 'Say how many exceptions it names at most: 10 is usual.';
	END IF;
	RETURN QUERY SELECT l.assignee, count(*), count(*) FILTER (WHERE l.overdue_days > 0), sum(l.amount) FILTER (WHERE l.n_of_record = 1),
		concat_ws(E'\n', format('%s to mend, %s overdue', count(*), count(*) FILTER (WHERE l.overdue_days > 0)),
			string_agg(format('- %s %s: %s (%s%s%s)', l.source, l.record_id, l.code, l.severity, ', due ' || to_char(l.due_on, 'YYYY-MM-DD'), CASE WHEN l.times_opened > 1 THEN format(', opened %s times', l.times_opened) END), E'\n' ORDER BY l.n) FILTER (WHERE l.n <= max_lines),
			CASE WHEN count(*) > max_lines THEN format('and %s more', count(*) - max_lines) END)
	FROM (SELECT e.*, row_number() OVER (PARTITION BY e.assignee ORDER BY e.ordinality) AS n, row_number() OVER (PARTITION BY e.assignee, e.source, e.record_id ORDER BY e.ordinality) AS n_of_record FROM salesops.exceptions_at(queue_schema, calendar, as_of) WITH ORDINALITY AS e WHERE e.status = 'open') AS l
	GROUP BY l.assignee ORDER BY l.assignee COLLATE "C" NULLS LAST;
END
$function$;
COMMENT ON FUNCTION exception_digest(text, business_calendar, timestamptz, integer) IS $$A text for each assignee, to be sent by mail or chat: how many exceptions are open and overdue, and the gravest by name.
queue_schema, calendar, as_of: as for exceptions_at. max_lines: so many exceptions are named, the others counted; less than 1 is an error. amount: of their records, each once. assignee NULL: those that nobody works on. No rows for NULL. With the rights of who calls.
Example: (SELECT count(*) FROM salesops.exception_digest(NULL, '24x7 UTC', '2026-07-01 00:00+00')) ==> 0$$;

-- ---- being told ----

CREATE FUNCTION exception_notify_sql(schema text, channel text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20
	RETURN format($$-- NOTIFY where exceptions are opened, closed, assigned: written by salesops.exception_notify_sql(). It may run again at any time.
CALL salesops.require_ownership(%1$L::pg_catalog.text, '{exception_event,exception_notify}'::pg_catalog.text[]);

CREATE OR REPLACE FUNCTION %1$I.exception_notify() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS %4$s
BEGIN
    -- one message for each statement, of few bytes: how many of each event
    PERFORM pg_notify(%2$L, json_build_object('schema', TG_TABLE_SCHEMA, 'first_event_id', min(n.first_event_id), 'events', json_object_agg(n.event, n.events))::text)
    FROM (SELECT e.event, count(*) AS events, min(e.event_id) AS first_event_id FROM new_events AS e GROUP BY e.event) AS n
    HAVING count(*) > 0;
    RETURN NULL;
END
%4$s;
CREATE OR REPLACE TRIGGER exception_notify AFTER INSERT ON %1$I.exception_event
    REFERENCING NEW TABLE AS new_events FOR EACH STATEMENT EXECUTE FUNCTION %1$I.exception_notify();
$$, schema, channel, NULL, '$body_' || md5(schema || '/' || channel) || '$');
COMMENT ON FUNCTION exception_notify_sql(text, text) IS $$SQL text that has a message sent (NOTIFY) whenever something happens to exceptions: a trigger on exception_event. LISTEN on the channel, in a script that sends mail or posts in a chat.
schema: of the queue. channel: a name of at most 63 bytes. The message is JSON, one for each statement: {"schema": ..., "first_event_id": ..., "events": {"opened": 3, "closed": 1}}; what happened stands in exception_event from that id on. NULL where one is NULL. Run it with create_exception_notify.
Example: salesops.exception_notify_sql('hygiene', 'crm') LIKE '%pg_notify(''crm''%' ==> true$$;

CREATE PROCEDURE create_exception_notify(schema text, channel text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	IF schema IS NULL OR channel IS NULL OR octet_length(channel) NOT BETWEEN 1 AND 63 THEN
		RAISE invalid_parameter_value USING MESSAGE = format('a channel cannot be called %s in schema %s', quote_nullable(channel), quote_nullable(schema)), DETAIL = 'A channel has a name of 1 to 63 bytes.',
			HINT = 'Pass the schema of the queue, and a name to LISTEN on, such as ''crm_exceptions''.';
	END IF;
	IF to_regclass(format('%I.exception_event', schema)) IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('there is no queue of exceptions in schema %I', schema), HINT = format('Make it: CALL salesops.create_exception_queue(%L).', schema);
	END IF;
	EXECUTE salesops.exception_notify_sql(schema, channel);
END $$;
COMMENT ON PROCEDURE create_exception_notify(text, text) IS $$Has a message sent on a channel whenever something happens to exceptions: what exception_notify_sql(schema, channel) writes.
The trigger belongs to who calls it, who owns the queue. CALL salesops.create_exception_notify('hygiene', 'crm_exceptions');
Example: to_regprocedure('salesops.create_exception_notify(text, text)') IS NOT NULL ==> true$$;
