-- mask_email, mask_phone, mask_name: nothing is left of a text but what may be, whatever it is.
\ir setup.psql

CREATE TEMP TABLE made AS SELECT DISTINCT (SELECT string_agg(pg_temp.pick('{a,B,é,王,1,7,0," ",@,.,-,<,>,+,(,),",",;,ß,x," ",9,4,😀,"''"}', decode(md5(i || '/' || j), 'hex'), 0), '') FROM generate_series(1, 1 + i % 24) j) AS v FROM generate_series(1, 6000) i;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE mask_email(v) !~ '^(\*\*\*|[^@ ]\*\*\*@[^@ <>(),;]+)$') FROM made$$, 'an address is a character, stars and a domain, or stars');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE mask_email(v) <> CASE WHEN v ~ '^[^@]*@[^@]*$' THEN coalesce((SELECT left((regexp_match(v, '([^@ <>(),;]+)@'))[1], 1) || '***@' || d FROM (SELECT (regexp_match(v, '@([a-zA-Z0-9éß王😀.-]+)'))[1] AS d) s WHERE d ~ '[^@]\.[^-.0-9][^.]*$'), '***') ELSE '***' END) FROM made$$, 'of the only @, and a domain that is no number');
SELECT is(mask_email(v), '***', v) FROM unnest('{x@0170-1234567,a@b@ann.smith,pw:a@hunter2,a@b.1,a@.com,a@com.,a@x.-b}'::text[]) v;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE length(mask_phone(v)) <> length(v) OR translate(mask_phone(v), ' +-./()*', '') <> CASE WHEN length(regexp_replace(v, '[^0-9]', '', 'g')) >= 7 THEN right(regexp_replace(v, '[^0-9]', '', 'g'), 2) ELSE '' END) FROM made$$, 'of a number the last two digits');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE mask_name(v) <> coalesce((SELECT string_agg(left(w, 1) || '***', ' ' ORDER BY n) FROM regexp_split_to_table(trim(v), ' +') WITH ORDINALITY s (w, n) WHERE w <> ''), '')) FROM made$$, 'of a name the first characters');
SELECT is((length(mask_name(repeat('a b ', 250000))), length(mask_phone(repeat('1', 1000000))), mask_email(repeat('a', 1000000) || '@x.com'), mask_email(repeat('@', 1000000))), (2499999, 1000000, 'a***@x.com'::text, '***'::text), 'a megabyte');

SELECT * FROM finish();
ROLLBACK;
