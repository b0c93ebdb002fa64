-- business_calendar: its text form, and the aggregate that adds the dates of a table. What calendars mean is in calendar_business_time.sql.
\ir setup.psql

-- The first lines of the error of a literal: SQLSTATE, message and detail; 'none' where there is none.
CREATE FUNCTION pg_temp.error_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	message text;
	detail text;
	hint text;
BEGIN
	EXECUTE query;
	RETURN 'none';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN concat_ws(' | ', SQLSTATE, message, detail, CASE WHEN hint = '' THEN 'and no hint' END);
END $$;

-- ======== the text form ========

-- many spellings, one form
SELECT is(written::business_calendar::text, form, written)
FROM (VALUES ('Mon-Fri 09:00-17:00 America/New_York; holidays 2026-12-25, 2027-01-01', 'Mon-Fri 09:00-17:00 America/New_York; holidays 2026-12-25, 2027-01-01'),
	('  monday-FRIDAY   9:00-17:00   america/new_york ;HOLIDAYS 2027-01-01 2026-12-25,2026-12-25 ; ', 'Mon-Fri 09:00-17:00 America/New_York; holidays 2026-12-25, 2027-01-01'),
	('Mon-Fri 09:00-17:00 America/New_York; holiday 2027-01-01; holidays 2026-12-25;', 'Mon-Fri 09:00-17:00 America/New_York; holidays 2026-12-25, 2027-01-01'),
	('Fri 09:00-17:00, Mon 09:00-17:00, Wedn 09:00-17:00, Thurs 09:00-17:00, Tues 09:00-17:00 UTC', 'Mon-Fri 09:00-17:00 UTC'),
	('Mon, Tue, Wed, Thu, Fri 09:00-17:00 UTC', 'Mon-Fri 09:00-17:00 UTC'), ('Mon Tue-Thu Fri 09:00-17:00, UTC', 'Mon-Fri 09:00-17:00 UTC'),
	('Mon-Thu 13:00-17:30 09:00-12:00, Fri 09:00-15:00 Europe/Berlin', 'Mon-Thu 09:00-12:00 13:00-17:30, Fri 09:00-15:00 Europe/Berlin'),
	('Mon-Thu 13:00-17:30, 09:00-12:00 Fri 09:00-15:00 Europe/Berlin', 'Mon-Thu 09:00-12:00 13:00-17:30, Fri 09:00-15:00 Europe/Berlin'),
	('Mon 09:00-10:00 10:00-11:00 11:00:01-12:00 UTC', 'Mon 09:00-11:00 11:00:01-12:00 UTC'), ('Mon 0:00-0:00:01 23:59:59-24:00 UTC', 'Mon 00:00-00:00:01 23:59:59-24:00 UTC'), ('Mon 09:00:00-17:00:00 UTC', 'Mon 09:00-17:00 UTC'),
	('Sun-Thu 09:00-17:00 Asia/Riyadh', 'Mon-Thu 09:00-17:00, Sun 09:00-17:00 Asia/Riyadh'), ('Fri-Mon 09:00-17:00 UTC', 'Mon 09:00-17:00, Fri-Sun 09:00-17:00 UTC'), ('Sun-Sat 09:00-17:00 UTC', 'Mon-Sun 09:00-17:00 UTC'),
	('24x7 UTC', '24x7 UTC'), ('24X7 utc', '24x7 UTC'), ('Mon-Sun 00:00-24:00 UTC', '24x7 UTC'), ('Mon-Sun 12:00-24:00 00:00-12:00 UTC', '24x7 UTC'), ('Mon-Sun 00:00-24:00 UTC; open 2026-12-24 00:00-24:00', '24x7 UTC; open 2026-12-24 00:00-24:00'),
	('Mon-Sat 00:00-24:00 UTC', 'Mon-Sat 00:00-24:00 UTC'), ('Mon-Sun 22:00-22:00+1 UTC', 'Mon-Sun 22:00-22:00+1 UTC'), ('Sat 00:00-24:00+1 UTC', 'Sat 00:00-24:00+1 UTC'), ('Mon 22:00-24:00 UTC', 'Mon 22:00-24:00 UTC'), ('Mon 22:00-00:00+1 UTC', 'Mon 22:00-24:00 UTC'),
	('Mon 09:00-17:00 17:00-02:00+1 UTC', 'Mon 09:00-02:00+1 UTC'), ('Sun 22:00-06:00+1, Mon 06:00-10:00 UTC', 'Mon 06:00-10:00, Sun 22:00-06:00+1 UTC'),
	('closed UTC', 'closed UTC'), ('CLOSED UTC; open 2026-12-24 9:00-12:00', 'closed UTC; open 2026-12-24 09:00-12:00'),
	('24x7 UTC; open 2026-12-31 13:00-14:00 09:00-12:00, 2026-12-24 09:00-12:00; holidays 2026-12-25; open 2026-12-31 14:00-15:00', '24x7 UTC; holidays 2026-12-25; open 2026-12-24 09:00-12:00, 2026-12-31 09:00-12:00 13:00-15:00'),
	('24x7 UTC; open 2026-12-31 09:00-12:00 2026-12-24 09:00-12:00', '24x7 UTC; open 2026-12-24 09:00-12:00, 2026-12-31 09:00-12:00'), ('24x7 UTC; open 2026-12-31 09:00-12:00; open 2026-12-31 09:00-12:00', '24x7 UTC; open 2026-12-31 09:00-12:00'),
	('24x7 UTC; holidays 9999-12-31, 0001-01-01, 2000-02-29', '24x7 UTC; holidays 0001-01-01, 2000-02-29, 9999-12-31'), ('Mon-Fri 22:00-06:00+1 UTC; holidays 2026-11-24; open 2026-11-25 05:00-06:00', 'Mon-Fri 22:00-06:00+1 UTC; holidays 2026-11-24; open 2026-11-25 05:00-06:00'),
	('Mon-Fri 09:00-17:00 UTC; open 2026-11-22 22:00-10:00+1, 2026-11-23 10:00-11:00', 'Mon-Fri 09:00-17:00 UTC; open 2026-11-22 22:00-10:00+1, 2026-11-23 10:00-11:00'),
	('Mon 09:00-10:00 etc/gmt+5', 'Mon 09:00-10:00 Etc/GMT+5'), ('Mon 09:00-10:00 est5edt', 'Mon 09:00-10:00 EST5EDT'), ('Mon 09:00-10:00 EUROPE/KYIV', 'Mon 09:00-10:00 Europe/Kyiv'), ('Mon 09:00-10:00 america/argentina/buenos_aires', 'Mon 09:00-10:00 America/Argentina/Buenos_Aires'), ('Mon 09:00-10:00 America/Port-au-Prince', 'Mon 09:00-10:00 America/Port-au-Prince'),
	('Mon-Fri 09:00-17:00, Sat closed UTC', 'Mon-Fri 09:00-17:00 UTC'), ('Sat-Sun closed Mon-Fri 09:00-17:00 UTC', 'Mon-Fri 09:00-17:00 UTC'), ('Mon-Sun closed UTC', 'closed UTC'),
	(E'24x7\tUTC\n;\fholidays\r2026-12-25\x0b', '24x7 UTC; holidays 2026-12-25'), ('draft 0123456789abcdef; 24x7 UTC; open 2026-12-24 09:00-10:00 09:30-11:00; holidays 2026-12-24', 'draft 0123456789abcdef; 24x7 UTC; holidays 2026-12-24; open 2026-12-24 09:00-10:00 09:30-11:00')) v(written, form)
-- not every system has every zone: Kyiv is new, and some names are old
WHERE form !~ '^Mon 09:00-10:00 ' OR EXISTS (SELECT FROM pg_timezone_names WHERE name = substring(form FROM '\S+$'));
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE format('Mon 09:00-10:00 %s', upper(name))::business_calendar::text IS DISTINCT FROM format('Mon 09:00-10:00 %s', name)) FROM pg_timezone_names
	WHERE name !~ '^(posix|right)/' AND name NOT IN ('localtime', 'posixrules', 'Factory', 'CET', 'MET', 'EET', 'WET', 'EST', 'MST', 'HST')$$, 'every zone of the database, in capitals');

-- what is no calendar: the error names the word, and says why not
SELECT is(pg_temp.error_of(format('SELECT %L::business_calendar', written)), state || ' | invalid business_calendar: ' || CASE WHEN word IS NULL THEN 'it ends too early' ELSE '"' || word || '"' END || ' | ' || detail, written)
FROM (VALUES
	('22P02', '', NULL, 'Hours are expected here: days with theirs, 24x7 or closed.'), ('22P02', '  ', NULL, 'Hours are expected here: days with theirs, 24x7 or closed.'), ('22P02', ';', ';', 'Hours are expected here: days with theirs, 24x7 or closed.'), ('22P02', 'UTC', 'UTC', 'Hours are expected here: days with theirs, 24x7 or closed.'),
	('22P02', 'null', 'null', 'Hours are expected here: days with theirs, 24x7 or closed.'), ('22P02', '{"business_calendar": 1}', '{"business_calendar":', 'Hours are expected here: days with theirs, 24x7 or closed.'), ('22P02', '%s%n', '%s%n', 'Hours are expected here: days with theirs, 24x7 or closed.'),
	('22P02', 'Mo 09:00-17:00 UTC', 'Mo', 'Hours are expected here: days with theirs, 24x7 or closed.'), ('22P02', 'Montag 09:00-17:00 UTC', 'Montag', 'Hours are expected here: days with theirs, 24x7 or closed.'), ('22P02', 'Mondays 09:00-17:00 UTC', 'Mondays', 'Hours are expected here: days with theirs, 24x7 or closed.'),
	('22P02', 'Mon-Foo 09:00-17:00 UTC', 'Mon-Foo', 'Hours are expected here: days with theirs, 24x7 or closed.'), ('22P02', 'Mon- 09:00-17:00 UTC', 'Mon-', 'Hours are expected here: days with theirs, 24x7 or closed.'), ('22P02', 'Mon-Wed-Fri 09:00-17:00 UTC', 'Mon-Wed-Fri', 'Hours are expected here: days with theirs, 24x7 or closed.'),
	-- hours and days
	('22P02', 'Mon', NULL, 'The days before it have no hours. A row of days is written without blanks, Mon-Fri.'), ('22P02', 'Mon-Fri UTC', 'UTC', 'The days before it have no hours. A row of days is written without blanks, Mon-Fri.'), ('22P02', 'Mon 09:00-10:00 Tue UTC', 'UTC', 'The days before it have no hours. A row of days is written without blanks, Mon-Fri.'), 
	('22P02', '09:00-17:00 UTC', '09:00-17:00', 'It has no day of the week before it.'), ('22P02', 'Mon 09:00-10:00, Mon 11:00-12:00 UTC', 'Mon', 'The hours of Monday are given twice.'), ('22P02', 'Mon-Wed 09:00-10:00, tuesday 11:00-12:00 UTC', 'tuesday', 'The hours of Tuesday are given twice.'),
	('22P02', 'Mon Mon 09:00-10:00 UTC', 'Mon', 'The hours of Monday are given twice.'), ('22P02', 'Fri 09:00-10:00, Sat-Fri 11:00-12:00 UTC', 'Sat-Fri', 'The hours of Friday are given twice.'),
	-- spans
	('22P02', 'Mon-Fri 9-17 UTC', '9-17', 'This is no span of the form 09:00-17:00, of hours up to 24:00.'), ('22P02', 'Mon 09:00 - 17:00 UTC', '09:00', 'This is no span of the form 09:00-17:00, of hours up to 24:00.'), ('22P02', 'Mon 9:5-17:00 UTC', '9:5-17:00', 'This is no span of the form 09:00-17:00, of hours up to 24:00.'), ('22P02', 'Mon 009:00-17:00 UTC', '009:00-17:00', 'This is no span of the form 09:00-17:00, of hours up to 24:00.'),
	('22P02', 'Mon 09:00-17:60 UTC', '09:00-17:60', 'This is no span of the form 09:00-17:00, of hours up to 24:00.'), ('22P02', 'Mon 09:00-17:00:60 UTC', '09:00-17:00:60', 'This is no span of the form 09:00-17:00, of hours up to 24:00.'), ('22P02', 'Mon 09:00-24:01 UTC', '09:00-24:01', 'This is no span of the form 09:00-17:00, of hours up to 24:00.'), ('22P02', 'Mon 09:00-25:00 UTC', '09:00-25:00', 'This is no span of the form 09:00-17:00, of hours up to 24:00.'),
	('22P02', 'Mon 09:00-24:00:01 UTC', '09:00-24:00:01', 'This is no span of the form 09:00-17:00, of hours up to 24:00.'), ('22P02', 'Mon 09:00-17:00:00.5 UTC', '09:00-17:00:00.5', 'This is no span of the form 09:00-17:00, of hours up to 24:00.'), ('22P02', 'Mon 09:00-06:00+2 UTC', '09:00-06:00+2', 'This is no span of the form 09:00-17:00, of hours up to 24:00.'), ('22P02', 'Mon 09:00-06:00+ UTC', '09:00-06:00+', 'This is no span of the form 09:00-17:00, of hours up to 24:00.'),
	('22P02', 'Mon 09:00-06:00+11 UTC', '09:00-06:00+11', 'This is no span of the form 09:00-17:00, of hours up to 24:00.'), ('22P02', 'Mon 9am-5pm UTC', '9am-5pm', 'This is no span of the form 09:00-17:00, of hours up to 24:00.'), ('22P02', 'Mon 09:00/17:00 UTC', '09:00/17:00', 'This is no span of the form 09:00-17:00, of hours up to 24:00.'), ('22P02', 'Mon 09:00-17:00Z UTC', '09:00-17:00Z', 'This is no span of the form 09:00-17:00, of hours up to 24:00.'),
	('22P02', U&'Mon 09:00\201317:00 UTC', U&'09:00\201317:00', 'This is no span of the form 09:00-17:00, of hours up to 24:00.'),
	('22P02', 'Mon 17:00-09:00 UTC', '17:00-09:00', 'It ends before it starts, or as it does. A span over midnight ends with +1.'), ('22P02', 'Mon 09:00-09:00 UTC', '09:00-09:00', 'It ends before it starts, or as it does. A span over midnight ends with +1.'), ('22P02', '24x7 UTC; open 2026-12-24 22:00-06:00', '22:00-06:00', 'It ends before it starts, or as it does. A span over midnight ends with +1.'),
	('22P02', 'Mon 24:00-06:00+1 UTC', '24:00-06:00+1', 'It starts at the end of its day.'),
	-- overlaps: within a day, over midnight, with a date that has hours of its own, with the day behind it
	('22023', 'Mon 09:00-12:00 11:59:59-13:00 UTC', '11:59:59-13:00', 'On Monday it overlaps with 09:00-12:00.'), ('22023', 'Mon-Fri 09:00-12:00 09:00-12:00 UTC', '09:00-12:00', 'On Monday it overlaps with 09:00-12:00.'), ('22023', 'Tue 08:00-18:00 09:00-10:00 UTC', '09:00-10:00', 'On Tuesday it overlaps with 08:00-18:00.'),
	('22023', 'Mon 22:00-06:00+1, Tue 05:59-10:00 UTC', '22:00-06:00+1', 'On Monday it overlaps with 05:59-10:00 on Tuesday.'), ('22023', 'Mon 05:00-10:00, Sun 22:00-06:00+1 UTC', '22:00-06:00+1', 'On Sunday it overlaps with 05:00-10:00 on Monday.'), ('22023', 'Mon-Sun 09:00-17:00+1 UTC', '09:00-17:00+1', 'On Monday it overlaps with 09:00-17:00+1 on Tuesday.'),
	('22023', 'Mon 22:00-24:00+1, Tue 23:59:59-24:00 UTC', '22:00-24:00+1', 'On Monday it overlaps with 23:59:59-24:00 on Tuesday.'),
	('22023', '24x7 UTC; open 2026-12-24 09:00-10:00 09:30-11:00', '09:30-11:00', 'On 2026-12-24 it overlaps with 09:00-10:00.'), ('22023', '24x7 UTC; open 2026-12-24 09:00-10:00; open 2026-12-24 08:00-09:01', '09:00-10:00', 'On 2026-12-24 it overlaps with 08:00-09:01.'),
	('22023', 'Mon-Tue 22:00-06:00+1, Wed 09:00-17:00 UTC; open 2026-11-25 05:00-10:00', '22:00-06:00+1', 'On 2026-11-24 it overlaps with 05:00-10:00 on 2026-11-25.'), ('22023', 'Mon-Fri 09:00-17:00 UTC; open 2026-11-22 22:00-10:00+1', '22:00-10:00+1', 'On 2026-11-22 it overlaps with 09:00-17:00 on 2026-11-23.'),
	('22023', 'closed UTC; open 2026-11-22 22:00-10:01+1, 2026-11-23 10:00-11:00', '22:00-10:01+1', 'On 2026-11-22 it overlaps with 10:00-11:00 on 2026-11-23.'), ('22023', '24x7 UTC; open 2026-12-31 12:00-00:01+1', '12:00-00:01+1', 'On 2026-12-31 it overlaps with 00:00-24:00 on 2027-01-01.'),
	('22023', '24x7 UTC; holidays 2026-12-25; open 2026-12-25 09:00-10:00', '2026-12-25', 'The date is a holiday and has hours, too.'), ('22023', '24x7 UTC; open 2026-12-25 09:00-10:00; holidays 2026-12-24, 2026-12-25', '2026-12-25', 'The date is a holiday and has hours, too.'),
	-- dates
	('22P02', '24x7 UTC; holidays 2026-02-29', '2026-02-29', 'There is no such date.'), ('22P02', '24x7 UTC; holidays 2100-02-29', '2100-02-29', 'There is no such date.'), ('22P02', '24x7 UTC; holidays 2026-13-01', '2026-13-01', 'There is no such date.'), ('22P02', '24x7 UTC; holidays 2026-00-01', '2026-00-01', 'There is no such date.'),
	('22P02', '24x7 UTC; holidays 2026-04-31', '2026-04-31', 'There is no such date.'), ('22P02', '24x7 UTC; holidays 2026-01-00', '2026-01-00', 'There is no such date.'), ('22P02', '24x7 UTC; holidays 0000-01-01', '0000-01-01', 'There is no such date.'), ('22P02', '24x7 UTC; open 2026-11-31 09:00-10:00', '2026-11-31', 'There is no such date.'),
	('22P02', '24x7 UTC; holidays 26-01-01', '26-01-01', 'This is no date of the form 2026-12-31.'), ('22P02', '24x7 UTC; holidays 2026/01/01', '2026/01/01', 'This is no date of the form 2026-12-31.'), ('22P02', '24x7 UTC; holidays 2026-1-1', '2026-1-1', 'This is no date of the form 2026-12-31.'), ('22P02', '24x7 UTC; holidays 10000-01-01', '10000-01-01', 'This is no date of the form 2026-12-31.'),
	('22P02', '24x7 UTC; holidays 20260101', '20260101', 'This is no date of the form 2026-12-31.'), ('22P02', '24x7 UTC; holidays 2026-01-01T00:00', '2026-01-01T00:00', 'This is no date of the form 2026-12-31.'), ('22P02', '24x7 UTC; holidays today', 'today', 'This is no date of the form 2026-12-31.'), ('22P02', '24x7 UTC; holidays -infinity', '-infinity', 'This is no date of the form 2026-12-31.'),
	('22P02', '24x7 UTC; holidays', NULL, 'This is no date of the form 2026-12-31.'), ('22P02', '24x7 UTC; holidays;', ';', 'This is no date of the form 2026-12-31.'), ('22P02', '24x7 UTC; holidays 2026-01-01,,2026-01-02', ',', 'This is no date of the form 2026-12-31.'), ('22P02', '24x7 UTC; holidays 2026-01-01 09:00-10:00', '09:00-10:00', 'This is no date of the form 2026-12-31.'),
	('22P02', '24x7 UTC; open 09:00-10:00', '09:00-10:00', 'This is no date of the form 2026-12-31.'), ('22P02', '24x7 UTC; open 2026-01-01', NULL, 'Hours are expected behind a date.'), ('22P02', '24x7 UTC; open 2026-01-01, 2026-01-02 09:00-10:00', ',', 'Hours are expected behind a date.'), ('22P02', '24x7 UTC; open 2026-01-01 closed', 'closed', 'Hours are expected behind a date.'),
	-- zones
	('22P02', 'Mon 09:00-17:00', NULL, 'A time zone is expected behind the hours.'), ('22P02', 'Mon 09:00-17:00; holidays 2026-01-01', ';', 'A time zone is expected behind the hours.'), ('22P02', '24x7', NULL, 'A time zone is expected behind the hours.'), ('22P02', 'closed', NULL, 'A time zone is expected behind the hours.')) v(state, written, word, detail)
UNION ALL
SELECT is(pg_temp.error_of(format('SELECT %L::business_calendar', 'Mon 09:00-17:00 ' || zone)), format('22P02 | invalid business_calendar: "%s" | This is neither a day of the week, nor hours, nor a time zone, which is named after a place: America/New_York, not EST.', split_part(zone, ' ', 1)), 'no zone: ' || zone)
FROM unnest(array['Europe/Berlinn', 'Berlin', 'Europe', 'Foo3', 'Foo-3', 'Europe/Berlin2', 'EST5', 'CET-1CEST', 'CEST', 'UTC+2', '+02:00', '-Foo', '<+03>-3', 'America/New York', 'Etc/GMT+13', 'Etc/GMT-15', 'Etc/GMT+05', 'GMT+1', '../zoneinfo/UTC', '/etc/localtime', 'localtime', 'posixrules', 'zone.tab', 'Factory', 'CET', 'met', 'EET', 'WET', 'est', 'MST', 'HST', 'posix/Europe/Berlin', U&'Europe/Z\00FCrich', 'closed', repeat('x', 50)]) zone
UNION ALL
SELECT is(pg_temp.error_of(format('SELECT %L::business_calendar', written)), format('22P02 | invalid business_calendar: %s | %s', word, detail), written)
FROM (VALUES ('24x7 UTC x', '"x"', 'A semicolon, or the end, is expected here.'), ('24x7 UTC holidays 2026-01-01', '"holidays"', 'A semicolon, or the end, is expected here.'), ('24x7 UTC, UTC', '","', 'A semicolon, or the end, is expected here.'), ('closed UTC Mon 09:00-10:00', '"Mon"', 'A semicolon, or the end, is expected here.'),
	('24x7 UTC; 2026-01-01', '"2026-01-01"', '"holidays" or "open" is expected here.'), ('24x7 UTC; closed 2026-01-01', '"closed"', '"holidays" or "open" is expected here.'), ('24x7 UTC;;', '";"', '"holidays" or "open" is expected here.'), ('24x7 UTC; holidays 2026-01-01; rest', '"rest"', '"holidays" or "open" is expected here.'),
	('draft', 'it ends too early', 'The hash of a draft has 16 digits.'), ('draft; 24x7 UTC', '";"', 'The hash of a draft has 16 digits.'), ('draft 0123; 24x7 UTC', '"0123"', 'The hash of a draft has 16 digits.'), ('draft 0123456789ABCDEF; 24x7 UTC', '"0123456789ABCDEF"', 'The hash of a draft has 16 digits.'),
	('draft 0123456789abcdef 24x7 UTC', '"24x7"', '";" is expected here.'), ('24x7 UTC; draft 0123456789abcdef', '"draft"', '"holidays" or "open" is expected here.')) v(written, word, detail);
-- long words are cut, between characters
SELECT is(pg_temp.error_of(format('SELECT %L::business_calendar', 'closed UTC; ' || repeat(letter, 100000))), format('22P02 | invalid business_calendar: "%s" | "holidays" or "open" is expected here.', repeat(letter, shown)), 'a long word of ' || letter) FROM (VALUES ('x', 60), ('é', 30), ('日', 20), ('🤝', 15)) v(letter, shown);
-- limits
CREATE FUNCTION pg_temp.spans(n int) RETURNS text LANGUAGE sql AS $$ SELECT string_agg(format('%1$s:%2$s-%1$s:%3$s', lpad((i / 4)::text, 2, '0'), lpad((i % 4 * 15)::text, 2, '0'), lpad((i % 4 * 15 + 10)::text, 2, '0')), ' ') FROM generate_series(0, n - 1) i $$;
SELECT is(pg_temp.error_of(format('SELECT %L::business_calendar', written)), error, what) FROM (VALUES
	('Mon ' || pg_temp.spans(48) || ' UTC', 'none', '48 spans in a day of the week'), ('Mon ' || pg_temp.spans(49) || ' UTC', '22P02 | invalid business_calendar: "12:00-12:10" | A day has at most 48 spans.', '49 spans'),
	('24x7 UTC; open 2026-12-24 ' || pg_temp.spans(48), 'none', '48 spans of a date'), ('24x7 UTC; open 2026-12-24 ' || pg_temp.spans(49), '22023 | invalid business_calendar: 2026-12-24 has 49 spans | A day has at most 48.', '49 spans of a date'),
	('24x7 UTC' || repeat(' ', 2 * 1024 * 1024 - 8), 'none', '2 MB'), ('24x7 UTC' || repeat(' ', 2 * 1024 * 1024 - 7), '54000 | a literal of 2097153 bytes is too long for a business_calendar | No business_calendar has more than 2097152.', 'more than 2 MB'),
	((SELECT 'closed UTC; holidays ' || string_agg((date '1990-01-01' + i)::text, ' ') FROM generate_series(1, 20000) i), 'none', '20,000 dates'),
	((SELECT 'closed UTC; holidays ' || string_agg((date '1990-01-01' + i)::text, ' ') FROM generate_series(1, 20001) i), '54000 | too many holidays and hours of dates for a business_calendar | It has at most 20000 in all.', '20,001 dates'),
	((SELECT 'closed UTC; holidays ' || string_agg((date '1990-01-01' + i % 20000)::text, ' ') FROM generate_series(1, 40000) i), 'none', '20,000 dates twice'),
	((SELECT 'closed UTC; holidays ' || string_agg((date '1990-01-01' + i % 20000)::text, ' ') FROM generate_series(1, 40001) i), 'none', 'and one of them three times'),
	((SELECT 'closed UTC; open ' || string_agg((date '1990-01-01' + i)::text || ' 09:00-10:00', ' ') FROM generate_series(1, 20001) i), '54000 | too many holidays and hours of dates for a business_calendar | It has at most 20000 in all.', '20,001 openings')) v(written, error, what);

-- equal calendars are equal values, others are not
CREATE TEMP TABLE sample AS SELECT n, c::business_calendar AS c FROM unnest(array['24x7 UTC', 'Mon-Sun 00:00-24:00 utc', 'closed UTC', 'Mon 09:00-17:00 UTC', 'Monday 9:00-17:00 UTC;', 'Mon 09:00-17:00 Etc/UTC', 'Mon 09:00-17:00:01 UTC', 'Tue 09:00-17:00 UTC', 'Mon 09:00-17:00 UTC; holidays 2026-12-25',
	'Mon 09:00-17:00 UTC; holidays 2026-12-26', 'Mon 09:00-17:00 UTC; open 2026-12-25 09:00-17:00', 'Mon 09:00-12:00 12:00-17:00 UTC; holidays 2026-12-25, 2026-12-25', 'draft 0000000000000000; 24x7 UTC', 'draft 0000000000000001; 24x7 UTC']) WITH ORDINALITY v(c, n);
SELECT is(array(SELECT array[a.n, b.n] FROM sample a JOIN sample b ON a.c = b.c AND a.n < b.n ORDER BY 1), array[array[1, 2], array[4, 5], array[9, 12]]::bigint[], 'which are equal');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE (a.c = b.c) <> (a.c::text = b.c::text) OR (a.c <> b.c) = (a.c = b.c) OR (a.c = b.c AND (value_hash(a.c) <> value_hash(b.c) OR value_hash_extended(a.c, 7) <> value_hash_extended(b.c, 7))) OR (a.c < b.c) <> (value_cmp(a.c, b.c) < 0)
	OR (a.c <= b.c) <> (value_cmp(a.c, b.c) <= 0) OR (a.c > b.c) <> (b.c < a.c) OR sign(value_cmp(a.c, b.c)) <> -sign(value_cmp(b.c, a.c)) OR (value_cmp(a.c, b.c) = 0) <> (a.c = b.c)) FROM sample a, sample b$$, 'comparisons and hashes agree with the text');
SELECT is(count(DISTINCT c), 11::bigint, 'DISTINCT') FROM sample;
SELECT is(count(*), 11::bigint, 'GROUP BY') FROM (SELECT FROM sample GROUP BY c) s;

-- ======== the aggregate ========

CREATE TABLE pg_temp.entry AS
	SELECT i, i % 6 AS region, date '2020-01-01' + (i * 7919 % 2500) AS day, CASE i * 7919 % 2500 % 3 WHEN 0 THEN NULL WHEN 1 THEN '09:00-13:00' ELSE '13:00-15:30, 9:00-12:00 ' END AS hours FROM generate_series(1, 1800) i;
CREATE TEMP TABLE base AS SELECT region, format('Mon-Fri 09:00-17:00 %s; holidays 1999-12-31; open 1999-12-30 09:00-10:00', zone) AS base FROM unnest('{UTC, Europe/Berlin, America/New_York, Asia/Tokyo, Australia/Sydney, America/Sao_Paulo}'::text[]) WITH ORDINALITY z(zone, n), LATERAL (SELECT n - 1 AS region) r;
-- the literal, put together by string functions
CREATE TEMP TABLE expected AS
	SELECT region, base::business_calendar AS base, (format('%s; holidays %s; open %s', base, string_agg(day::text, ', ') FILTER (WHERE hours IS NULL), string_agg(concat(day, ' ', replace(hours, ',', '')), ', ') FILTER (WHERE hours IS NOT NULL)))::business_calendar AS c
	FROM (SELECT DISTINCT region, day, hours FROM entry) e JOIN base USING (region) GROUP BY region, base;
CREATE TEMP TABLE built AS SELECT region, business_calendar(base, day, hours) AS c FROM entry JOIN expected USING (region) GROUP BY region;
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE built.c IS DISTINCT FROM expected.c) FROM built JOIN expected USING (region)', 'the aggregate is the literal');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE business_calendar_send(built.c) IS DISTINCT FROM business_calendar_send(expected.c) OR pg_column_size(built.c) > pg_column_size(expected.c)) FROM built JOIN expected USING (region)', 'and the same bytes, without room to grow');
SELECT pg_temp.holds(format($$SELECT count(*), count(*) FILTER (WHERE b.c IS DISTINCT FROM e.c) FROM (SELECT region, business_calendar(base, day, hours ORDER BY %s) AS c FROM entry JOIN expected USING (region) GROUP BY region) b JOIN expected e USING (region)$$, ordered), 'rows ordered by ' || ordered)
FROM unnest(array['day', 'day DESC', 'md5(i::text)', 'hours, md5(i::text)']) ordered;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE b.c IS DISTINCT FROM e.c) FROM (SELECT region, business_calendar(base, day, hours) AS c FROM entry JOIN expected USING (region), generate_series(1, 50) GROUP BY region) b JOIN expected e USING (region)$$, 'each row 50 times');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE b.c IS DISTINCT FROM h.c) FROM (SELECT region, business_calendar(base, day) AS c FROM entry JOIN expected USING (region) GROUP BY region) b JOIN (SELECT region, business_calendar(base, day, NULL) AS c FROM entry JOIN expected USING (region) GROUP BY region) h USING (region)$$, 'without hours all are holidays');
SELECT is(business_calendar('Mon-Fri 09:00-17:00 UTC', day), 'Mon-Fri 09:00-17:00 UTC; holidays 2026-12-25, 2027-01-01'::business_calendar, 'holidays') FROM unnest('{2027-01-01, 2026-12-25, 2027-01-01}'::date[]) day;
SELECT is(business_calendar('Mon-Fri 09:00-17:00 UTC', '2026-12-25', hours), ('Mon-Fri 09:00-17:00 UTC; ' || part)::business_calendar, format('hours "%s"', hours)) FROM (VALUES (NULL, 'holidays 2026-12-25'), ('', 'holidays 2026-12-25'), (E' \t\n', 'holidays 2026-12-25'), ('closed', 'holidays 2026-12-25'), (' CLOSED ', 'holidays 2026-12-25'),
	('9:00-12:00', 'open 2026-12-25 09:00-12:00'), ('13:00-14:00,9:00-12:00', 'open 2026-12-25 09:00-12:00 13:00-14:00'), ('09:00-10:00 10:00-11:00', 'open 2026-12-25 09:00-11:00'), ('22:00-06:00+1', 'open 2026-12-25 22:00-06:00+1')) v(hours, part) GROUP BY hours, part;
SELECT is(business_calendar('24x7 UTC', '2026-12-24', h), '24x7 UTC; open 2026-12-24 09:00-12:00 13:00-14:00'::business_calendar, 'rows of one day add up') FROM unnest(array['13:00-14:00', '09:00-10:00', '10:00-12:00', '09:00-10:00']) h;
SELECT is(business_calendar('24x7 UTC; holidays 2026-12-25; open 2026-12-24 09:00-10:00', day, hours), '24x7 UTC; holidays 2026-12-25, 2026-12-26; open 2026-12-24 09:00-11:00'::business_calendar, 'rows add to the dates of the calendar') FROM (VALUES ('2026-12-25'::date, NULL), ('2026-12-26', ''), ('2026-12-24', '10:00-11:00'), (NULL, NULL)) v(day, hours);
SELECT is(business_calendar('24x7 UTC; holidays 2026-12-25', NULL, 'rubbish'), '24x7 UTC; holidays 2026-12-25'::business_calendar, 'a NULL day adds nothing, whatever its hours are') FROM generate_series(1, 3);
SELECT is(business_calendar('24x7 UTC', day), '24x7 UTC', 'an outer join that finds no holidays') FROM (VALUES (1)) r(region) LEFT JOIN (SELECT 2 AS region, '2026-12-25'::date AS day) h USING (region);
SELECT is(business_calendar('24x7 UTC', day), NULL, 'no rows') FROM entry WHERE false;
SELECT is(business_calendar('24x7 UTC', day) FILTER (WHERE region = 77), NULL, 'no rows left by FILTER') FROM entry;
SELECT is((array_agg(c ORDER BY region))[1:2], array['24x7 UTC; holidays 2026-12-25', '24x7 UTC']::business_calendar[], 'GROUP BY region') FROM (SELECT region, business_calendar('24x7 UTC', day) AS c FROM (VALUES (1, '2026-12-25'::date), (2, NULL), (3, '2027-01-01')) v(region, day) GROUP BY region) s;

-- what cannot be one calendar
SELECT is(pg_temp.error_of('SELECT ' || call), error, call) FROM (VALUES
	('business_calendar(NULL, date ''2026-12-25'')', '22004 | the calendar to which dates are added is NULL | Hours and zone are those of the first argument.'), ('business_calendar(NULL, NULL)', '22004 | the calendar to which dates are added is NULL | Hours and zone are those of the first argument.'),
	('business_calendar(c::business_calendar, NULL) FROM (VALUES (''24x7 UTC''), (''24x7 Etc/UTC'')) v(c)', '22023 | the rows of one business_calendar begin with different calendars | Hours and zone are those of the first argument, which must be the same in all rows of a group.'),
	('business_calendar(c::business_calendar, ''2026-12-25'') FROM (VALUES (''24x7 UTC''), (''24x7 UTC; holidays 2026-12-25'')) v(c)', '22023 | the rows of one business_calendar begin with different calendars | Hours and zone are those of the first argument, which must be the same in all rows of a group.'),
	('business_calendar(''24x7 UTC'', day) FROM (VALUES (date ''infinity'')) v(day)', '22008 | date out of range for a business_calendar: infinity | Its dates are from 0001-01-01 to 9999-12-31.'), ('business_calendar(''24x7 UTC'', ''-infinity'')', '22008 | date out of range for a business_calendar: -infinity | Its dates are from 0001-01-01 to 9999-12-31.'),
	('business_calendar(''24x7 UTC'', ''10000-01-01'')', '22008 | date out of range for a business_calendar: 10000-01-01 | Its dates are from 0001-01-01 to 9999-12-31.'), ('business_calendar(''24x7 UTC'', ''0001-12-31 BC'')', '22008 | date out of range for a business_calendar: 0001-12-31 BC | Its dates are from 0001-01-01 to 9999-12-31.'),
	('business_calendar(''24x7 UTC'', d) FROM unnest(''{0001-01-01, 9999-12-31}''::date[]) d', 'none'),
	('business_calendar(''24x7 UTC'', ''2026-12-25'', h) FROM (VALUES (NULL), (''09:00-10:00'')) v(h)', '22023 | invalid business_calendar: "2026-12-25" | The date is a holiday and has hours, too.'), ('business_calendar(''24x7 UTC; holidays 2026-12-25'', ''2026-12-25'', ''09:00-10:00'')', '22023 | invalid business_calendar: "2026-12-25" | The date is a holiday and has hours, too.'),
	('business_calendar(''24x7 UTC'', ''2026-12-25'', h) FROM (VALUES (''09:30-11:00''), (''09:00-10:00'')) v(h)', '22023 | invalid business_calendar: "09:30-11:00" | On 2026-12-25 it overlaps with 09:00-10:00.'), ('business_calendar(''24x7 UTC'', ''2026-12-25'', ''22:00-06:00+1'')', '22023 | invalid business_calendar: "22:00-06:00+1" | On 2026-12-25 it overlaps with 00:00-24:00 on 2026-12-26.'),
	('business_calendar(''24x7 UTC'', ''2026-12-25'', ''9-17'')', '22P02 | invalid hours of 2026-12-25: "9-17" | This is no span of the form 09:00-17:00, of hours up to 24:00.'), ('business_calendar(''24x7 UTC'', ''2026-12-25'', ''x'')', '22P02 | invalid hours of 2026-12-25: "x" | This is no span of the form 09:00-17:00, of hours up to 24:00.'), ('business_calendar(''24x7 UTC'', ''2026-12-25'', ''closed 09:00-10:00'')', '22P02 | invalid hours of 2026-12-25: "09:00-10:00" | A day that is closed has no hours.'),
	('business_calendar(''24x7 UTC'', ''2026-12-25'', ''09:00-10:00 closed'')', '22P02 | invalid hours of 2026-12-25: "closed" | This is no span of the form 09:00-17:00, of hours up to 24:00.'), ('business_calendar(''24x7 UTC'', ''2026-12-25'', ''17:00-09:00'')', '22P02 | invalid hours of 2026-12-25: "17:00-09:00" | It ends before it starts, or as it does. A span over midnight ends with +1.'),
	('business_calendar(''24x7 UTC'', ''2026-12-25'', ''09:00-10:00; 11:00-12:00'')', '22P02 | invalid hours of 2026-12-25: ";" | This is no span of the form 09:00-17:00, of hours up to 24:00.'), ('business_calendar(''24x7 UTC'', ''2026-12-25'', ''Fri 09:00-10:00'')', '22P02 | invalid hours of 2026-12-25: "Fri" | This is no span of the form 09:00-17:00, of hours up to 24:00.'),
	('business_calendar(''24x7 UTC'', ''2026-12-25'', pg_temp.spans(48))', 'none'), ('business_calendar(''24x7 UTC'', ''2026-12-25'', pg_temp.spans(49))', '22P02 | invalid hours of 2026-12-25: "12:00-12:10" | A day has at most 48 spans.'), ('business_calendar(''24x7 UTC'', ''2026-12-25'', s) FROM (VALUES (pg_temp.spans(48)), (''12:00-12:10'')) v(s)', '22023 | invalid business_calendar: 2026-12-25 has 49 spans | A day has at most 48.'),
	('business_calendar(''closed UTC'', date ''1990-01-01'' + i) FROM generate_series(1, 20000) i', 'none'), ('business_calendar(''closed UTC'', date ''1990-01-01'' + i) FROM generate_series(1, 20001) i', '54000 | too many holidays and hours of dates for a business_calendar | It has at most 20000 in all.'),
	('business_calendar(''closed UTC'', date ''1990-01-01'' + i) FROM generate_series(1, 200000) i', '54000 | too many holidays and hours of dates for a business_calendar | It has at most 20000 in all.'), ('business_calendar(''closed UTC'', date ''1990-01-01'' + i % 20000) FROM generate_series(1, 200000) i', 'none')) v(call, error);

-- a state that is not finished is a value that is not read, and a finished one is no state
SELECT is(pg_temp.error_of(format('SELECT %s FROM (SELECT business_calendar_transfn(NULL, ''24x7 UTC'', ''2026-12-25'') AS draft) s', call)), '22023 | the business_calendar is not finished | It is a state of the aggregate, whose dates are not yet checked.', call)
FROM unnest(array['business_seconds(now(), now() + interval ''1 day'', draft)', 'business_hours(now(), now() + interval ''1 day'', draft)', 'business_days(current_date, current_date, draft)', 'add_business_seconds(now(), 1, draft)', 'is_business_time(now(), draft)', 'next_business_time(now(), draft)', 'sla_due(now(), 1, draft)', 'sla_status(now(), NULL, 1, draft, now())', 'sla_compliance(now(), NULL, 1, draft, now())',
	'business_calendar(draft, ''2026-12-25'')', 'business_calendar(draft, ''2026-12-25'', NULL)']) call;
SELECT is(pg_temp.error_of('SELECT ' || call), '22023 | the rows of one business_calendar begin with different calendars | Hours and zone are those of the first argument, which must be the same in all rows of a group.', call)
FROM unnest(array['business_calendar_transfn(''24x7 UTC'', ''24x7 UTC'', ''2026-12-25'')', 'business_calendar_combinefn(''24x7 UTC'', ''24x7 UTC'')', 'business_calendar_combinefn(''draft 0000000000000000; 24x7 UTC'', ''draft 0000000000000001; 24x7 UTC'')', 'business_calendar_combinefn(''draft 0000000000000000; 24x7 UTC'', ''24x7 UTC'')']) call;
SELECT is(business_calendar_combinefn(NULL, NULL), NULL, 'nothing combined with nothing');
SELECT is(business_calendar_finalfn(NULL), NULL, 'nothing finished');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE business_calendar_finalfn(c) IS DISTINCT FROM c) FROM built', 'finishing a finished calendar changes nothing');
SELECT is(business_calendar_finalfn('draft 0123456789abcdef; 24x7 UTC; holidays 2026-12-25'), '24x7 UTC; holidays 2026-12-25', 'a draft written by hand is finished as any other');
SELECT throws_ok($$SELECT business_calendar_finalfn('draft 0123456789abcdef; 24x7 UTC; open 2026-12-24 09:00-10:00 09:30-11:00')$$, '22023', 'invalid business_calendar: "09:30-11:00"', 'and is checked');
CREATE FUNCTION pg_temp.called_by_hand() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	s business_calendar := business_calendar_transfn(NULL, '24x7 UTC', '2026-12-24');
BEGIN
	FOR i IN 1 .. 100 LOOP
		PERFORM business_calendar_transfn(s, '24x7 UTC', date '2026-01-01' + i), business_calendar_combinefn(s, s), business_calendar_finalfn(s);
	END LOOP;
	RETURN business_calendar_finalfn(s)::text;
END $$;
SELECT is(pg_temp.called_by_hand(), '24x7 UTC; holidays 2026-12-24', 'called by hand, the state that went in is still what it was');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE s <> s::text::business_calendar) FROM (SELECT business_calendar_transfn(NULL, '24x7 UTC', '2026-12-24') AS one, business_calendar_transfn(NULL, '24x7 UTC', '2026-12-23', '09:00-10:00 11:00-12:00') AS other OFFSET 0) o,
	LATERAL (VALUES (one), (other), (business_calendar_transfn(one, '24x7 UTC', '2026-12-22')), (business_calendar_combinefn(one, other)), (business_calendar_combinefn(one, one))) v(s)$$, 'and what comes out is the same as its text');
SELECT is(s::text, '24x7 UTC; holidays 2026-12-24, 2026-12-25', 'nor is it changed for one that has it, too')
FROM (SELECT business_calendar_finalfn(business_calendar_transfn(one, '24x7 UTC', '2026-12-25')) AS s, business_calendar_transfn(one, '24x7 UTC', '2026-12-26') AS other FROM (SELECT business_calendar_transfn(NULL, '24x7 UTC', '2026-12-24') AS one OFFSET 0) o) s;

-- partial states, combined in any order, through their text and their binary form
CREATE AGGREGATE pg_temp.state_of(business_calendar, date, text) (SFUNC = business_calendar_transfn, STYPE = business_calendar);
CREATE TEMP TABLE part AS SELECT region, i % 23 AS n, pg_temp.state_of(base, day, hours) AS s FROM entry JOIN expected USING (region) GROUP BY region, n;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE s::text !~ '^draft [0-9a-f]{16}; ' OR business_calendar_finalfn(s::text::business_calendar) IS DISTINCT FROM business_calendar_finalfn(s) OR s::text::business_calendar::text::business_calendar IS DISTINCT FROM s::text::business_calendar) FROM part$$, 'states have a text form');
CREATE TEMP TABLE sent (LIKE part);
DO $$
DECLARE
	file text := current_setting('data_directory') || '/business_calendar_part.bin';
BEGIN
	EXECUTE format('COPY part TO %L (FORMAT binary)', file);
	EXECUTE format('COPY sent FROM %L (FORMAT binary)', file);
END $$;
CREATE FUNCTION pg_temp.combined(region bigint, source regclass, seed int, as_text boolean) RETURNS business_calendar LANGUAGE plpgsql AS $$
DECLARE
	result business_calendar;
	s business_calendar;
	i int := 0;
BEGIN
	FOR s IN EXECUTE format('SELECT s FROM %s WHERE region = $1 ORDER BY md5(n || ''/'' || $2)', source) USING region, seed LOOP
		i := i + 1;
		result := CASE WHEN i % 2 = 0 THEN business_calendar_combinefn(result, s) ELSE business_calendar_combinefn(s, result) END;
		IF as_text THEN
			result := result::text::business_calendar;
		END IF;
	END LOOP;
	RETURN business_calendar_finalfn(result);
END $$;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE pg_temp.combined(region, source, seed, as_text) IS DISTINCT FROM c) FROM expected, unnest('{part, sent}'::regclass[]) source, generate_series(1, 4) seed, unnest('{f, t}'::boolean[]) as_text$$, 'parts in any order, through text and binary form');
-- a transition function goes on from a state that was combined, or read
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE business_calendar_finalfn(business_calendar_transfn(business_calendar_transfn(business_calendar_combinefn(a.s, b.s), base, '2019-12-31'), base, '2019-12-30', '09:00-10:00')) IS DISTINCT FROM
	business_calendar_finalfn(business_calendar_transfn(business_calendar_transfn(business_calendar_combinefn(b.s::text::business_calendar, a.s)::text::business_calendar, base, '2019-12-30', '09:00-10:00'), base, '2019-12-31')))
	FROM part a JOIN part b USING (region) JOIN expected USING (region) WHERE b.n = (a.n + 7) % 23$$, 'rows behind a combined state');
-- what is given again and again takes no room
CREATE TEMP TABLE again AS SELECT pg_temp.state_of('24x7 UTC', date '2026-01-01' + i % 10, NULL) AS s FROM generate_series(1, 10000) i;
SELECT cmp_ok(pg_column_size(s), '<', 1000, 'ten dates a thousand times each') FROM again;
SELECT is(business_calendar_finalfn(s), (SELECT business_calendar('24x7 UTC', date '2026-01-01' + i) FROM generate_series(0, 9) i), 'are ten dates') FROM again;

-- and states that are full of the same dates go together, also where each has as many as a calendar can
SELECT is(business_calendar_finalfn(s), (SELECT business_calendar('24x7 UTC', date '1990-01-01' + i, '09:00-10:00') FROM generate_series(1, 20000) i), '20,000 dates, combined with themselves again and again')
FROM (SELECT business_calendar_combinefn(business_calendar_combinefn(a, b), business_calendar_combinefn(b, a)) AS s
	FROM (SELECT pg_temp.state_of('24x7 UTC', date '1990-01-01' + i % 20000 + 1, '09:00-10:00') AS a, pg_temp.state_of('24x7 UTC', date '1990-01-01' + 20000 - i % 20000, '9:00-10:00') AS b FROM generate_series(1, 39000) i) p) c;

-- in parallel: a table of wide rows, so that each worker gets some
CREATE TABLE public.parallel_entry AS SELECT e.*, repeat('x', 500) AS filler FROM entry e;
ANALYZE public.parallel_entry;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SELECT matches(pg_temp.plan_of(query), 'Finalize.*Aggregate.*Gather.*Partial.*Aggregate', 'a parallel plan: ' || left(query, 60)) FROM unnest(array['SELECT business_calendar(''closed UTC'', day, hours) FROM public.parallel_entry', 'SELECT region, business_calendar(''closed UTC'', day) FROM public.parallel_entry GROUP BY region']) query;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE c IS DISTINCT FROM (SELECT business_calendar('closed UTC', day, hours) FROM entry)) FROM (SELECT business_calendar('closed UTC', day, hours) AS c FROM public.parallel_entry) p$$, 'in parallel the same, of all');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE p.c IS DISTINCT FROM s.c) FROM (SELECT region, business_calendar('closed UTC', day) AS c FROM public.parallel_entry GROUP BY region) p JOIN (SELECT region, business_calendar('closed UTC', day) AS c FROM entry GROUP BY region) s USING (region)$$, 'and by region');
RESET min_parallel_table_scan_size;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;

-- moving frames
SELECT pg_temp.holds(format($$SELECT count(*), count(*) FILTER (WHERE framed IS DISTINCT FROM (SELECT business_calendar('24x7 UTC; holidays 2000-01-01', day, hours) FROM (SELECT i AS j, day, hours FROM entry WHERE i <= 60) f WHERE j %s))
	FROM (SELECT i, business_calendar('24x7 UTC; holidays 2000-01-01', day, hours) OVER (ORDER BY i %s) AS framed FROM entry WHERE i <= 60) w$$, condition, frame), 'window ' || frame)
FROM (VALUES ('ROWS 2 PRECEDING', 'BETWEEN i - 2 AND i'), ('ROWS UNBOUNDED PRECEDING', '<= i'), ('ROWS BETWEEN 1 FOLLOWING AND 3 FOLLOWING', 'BETWEEN i + 1 AND i + 3'), ('ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING', '> 0')) v(frame, condition);

-- ======== where a database keeps it ========

-- out of line, compressed, and as it is
CREATE TEMP TABLE kept (storage text, c business_calendar);
INSERT INTO kept SELECT 'plain', c FROM built;
ALTER TABLE kept ALTER c SET STORAGE EXTERNAL;
INSERT INTO kept SELECT 'external', business_calendar('24x7 UTC', date '2000-01-01' + i * 7) FROM generate_series(1, 3000) i;
ALTER TABLE kept ALTER c SET STORAGE MAIN;
INSERT INTO kept SELECT 'compressed', business_calendar('24x7 UTC', date '2000-01-01' + i * 7) FROM generate_series(1, 3000) i;
SELECT ok(pg_column_compression(c) IS NOT NULL, 'a large calendar is stored compressed') FROM kept WHERE storage = 'compressed';
SELECT ok(pg_relation_size(reltoastrelid) > 0, 'or out of line') FROM pg_class WHERE oid = 'kept'::regclass;
SELECT is(count(DISTINCT c), 7::bigint, 'and is the same') FROM kept;
SELECT is(business_seconds('1999-12-25 00:00+00', '2100-01-01 00:00+00', c), 86400::float8 * ('2100-01-01'::date - '1999-12-25'::date - 3000), 'and read: ' || storage) FROM kept WHERE storage <> 'plain';
-- a generated column, an index on an expression and a partial one, which a query uses
CREATE TABLE public.ticket_kept (i int, opened timestamptz, answered timestamptz, due timestamptz GENERATED ALWAYS AS (sla_due(opened, 14400, 'Mon-Fri 09:00-17:00 Europe/Berlin; holidays 2026-12-25')) STORED,
	CHECK (answered >= opened), CHECK (business_hours(opened, answered, 'Mon-Fri 09:00-17:00 Europe/Berlin') >= 0));
INSERT INTO public.ticket_kept (i, opened, answered) SELECT i, '2026-12-01 00:00+00'::timestamptz + i * interval '17 minutes', '2026-12-01 00:00+00'::timestamptz + i * interval '17 minutes' + (i * 7919 % 100) * interval '1 hour' FROM generate_series(1, 3000) i;
CREATE INDEX by_status ON public.ticket_kept (sla_status(opened, answered, 14400, 'Mon-Fri 09:00-17:00 Europe/Berlin; holidays 2026-12-25', '2027-01-05 00:00+00'));
CREATE INDEX late ON public.ticket_kept (i) WHERE business_seconds(opened, answered, 'Mon-Fri 09:00-17:00 Europe/Berlin') > 86400;
ANALYZE public.ticket_kept;
SELECT is(count(*) FILTER (WHERE due IS DISTINCT FROM add_business_seconds(opened, 14400, 'Mon-Fri 09:00-17:00 Europe/Berlin; holidays 2026-12-25')), 0::bigint, 'a generated column') FROM public.ticket_kept;
SET LOCAL enable_seqscan = off;
SELECT matches(pg_temp.plan_of(query), 'Index.* ' || index, 'a query uses the index ' || index) FROM (VALUES
	($$SELECT count(*) FROM public.ticket_kept WHERE sla_status(opened, answered, 14400, 'mon-fri 9:00-17:00 Europe/Berlin; holidays 2026-12-25', '2027-01-05 00:00+00') = 'missed'$$, 'by_status'),
	($$SELECT count(*) FROM public.ticket_kept WHERE i > 0 AND business_seconds(opened, answered, 'Mon-Fri 09:00-17:00 Europe/Berlin') > 86400$$, 'late')) v(query, index);
SELECT is((SELECT count(*) FROM public.ticket_kept WHERE sla_status(opened, answered, 14400, 'Mon-Fri 09:00-17:00 Europe/Berlin; holidays 2026-12-25', '2027-01-05 00:00+00') = 'missed'), (SELECT count(*) FROM public.ticket_kept WHERE least(answered, '2027-01-05 00:00+00') > due), 'and finds what was late');
RESET enable_seqscan;

SELECT * FROM finish();
ROLLBACK;
