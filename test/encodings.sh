#!/usr/bin/env bash
# Databases whose encoding is not UTF-8 (TAP): the extension installs, and text is characters of that encoding.
# Needs a server with salesops installed, named by PGHOST and the like.
set -u
n=0 failed=
trap 'for e in latin1 euc_jp euc_jis_2004 sql_ascii; do dropdb --if-exists "encoding_$e" 2>/dev/null; done' EXIT
is() {	# is DATABASE SQL EXPECTED NAME
	local have
	n=$((n + 1))
	have=$(psql -X -At -d "$1" -c "$2" 2>&1)
	if [ "$have" = "$3" ]; then echo "ok $n - $1: $4"; else failed=1; printf 'not ok %s - %s: %s\n# have %s\n# want %s\n' "$n" "$1" "$4" "$have" "$3"; fi
}
export PGCLIENTENCODING=UTF8
for encoding in LATIN1 EUC_JP EUC_JIS_2004 SQL_ASCII; do
	db=encoding_${encoding,,}
	createdb -T template0 -E "$encoding" --locale=C "$db"
	is "$db" 'CREATE EXTENSION salesops' 'CREATE EXTENSION' 'the extension installs'
	is "$db" "SELECT salesops.to_forecast_category('Best Case')" best_case 'a category'
	is "$db" "SELECT salesops.current_stage(salesops.stage_path(s, '2026-01-01 00:00+00')::text::salesops.stage_path) FROM (VALUES ('caf' || chr(101))) v(s)" cafe 'a path through its text form'
	is "$db" "SELECT salesops.company_key('The ACME Corp.')" acme 'a key'
	is "$db" "SELECT salesops.spark('{1,5,22,NULL,13,5}')" '128 52' 'a sparkline of digits'
	is "$db" "SELECT salesops.bar(3, 8, 4) || '|' || salesops.bar(1e-9, 1) || '|' || salesops.bar(0.999, 1, 3) || '|' || salesops.bar(1, 1, 3)" '##|#|##|###' 'bars of signs'
	is "$db" "SELECT salesops.html_table('SELECT ''<é>''::text AS a', 'é') ~ '&lt;é&gt;', salesops.svg_bars('SELECT ''é'' AS label, 1 AS x', 'x') ~ '>é<', salesops.svg_curves('SELECT ''é'' AS curve, x, 1 AS share FROM generate_series(0, 1) x', 'x') ~ '>é<'" 't|t|t' 'a table and charts'
	is "$db" "SELECT round(salesops.jaro_winkler('MARTHA', 'MARHTA')::numeric, 6)" 0.961111 'a similarity'
done
# what pg_trgm finds in that encoding, also where a text is no characters
if [ "$(psql -X -At -d encoding_latin1 -c "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'")" = 1 ]; then
	for encoding in latin1 euc_jp sql_ascii; do
		names="SELECT i, 'a' || chr(97 + i % 3) || CASE WHEN getdatabaseencoding() = 'EUC_JP' THEN convert_from(set_byte(set_byte('\\xa4a4'::bytea, 0, 164 + i % 2), 1, 161 + i % 80), 'EUC_JP') ELSE chr(192 + i % 60) END || 'ÄB'::text || i % 4 AS name FROM generate_series(1, 160) i"
		[ $encoding = latin1 ] || names=${names//ÄB/xB}
		is "encoding_$encoding" "CREATE EXTENSION pg_trgm" 'CREATE EXTENSION' 'pg_trgm'
		is "encoding_$encoding" "WITH n AS MATERIALIZED ($names), ours AS MATERIALIZED (SELECT p.* FROM (SELECT array_agg(i ORDER BY i) AS ids, array_agg(name ORDER BY i) AS names FROM n) l, salesops.similar_pairs(l.ids, l.names, 0.4) p),
			theirs AS MATERIALIZED (SELECT a.i, b.i AS j, similarity(a.name, b.name)::float8 AS similarity FROM n a JOIN n b ON a.i < b.i AND similarity(a.name, b.name) >= 0.4)
			SELECT (SELECT count(*) > 1000 FROM ours), (SELECT count(*) FROM (SELECT id_a, id_b, similarity::real FROM ours EXCEPT ALL SELECT i, j, similarity::real FROM theirs) d), (SELECT count(*) FROM theirs) - (SELECT count(*) FROM ours)" 't|0|0' 'similar names are those of pg_trgm'
	done
fi
is encoding_latin1 "SELECT salesops.company_key('Müller & Söhne GmbH')" 'muller and sohne' 'accents are folded'
is encoding_latin1 "SELECT salesops.company_similarity('Müller', 'Muller')" 1 'and compare equal'
is encoding_latin1 "SELECT salesops.person_key('Müller, Dr. Jürgen') || ', ' || salesops.address_key('Große Straße 5')" 'jurgen muller, grossestrasse 5' 'names of persons and addresses'
is encoding_latin1 "SELECT salesops.person_similarity('J. Müller', 'Jürgen Muller')" 0.96 'and their similarity'
is encoding_sql_ascii "SELECT length(salesops.person_key(E'caf\\\\303\\\\251 \\\\377\\\\376') || salesops.address_key(E'\\\\351 str') || salesops.explain_address_similarity(E'\\\\351str', E'\\\\351')) > 0" t 'bytes that are no characters in names and addresses'
is encoding_latin1 "SELECT salesops.stage_position('{\"stages\": [{\"stage\": \"Prüfung\", \"probability\": 0.5, \"category\": \"pipeline\"}]}', 'Prüfung')" 1 'a stage with an umlaut'
is encoding_latin1 "SELECT salesops.email_key('José <José@Bücher.de>')" 'jose@bucher.de' 'an address with accents'
is encoding_latin1 "SELECT salesops.website_domain('www.xn--fiqs8s.cn')" 'xn--fiqs8s.cn' 'an ASCII form of what the encoding has not stays one'
is encoding_latin1 "SELECT bool_and(salesops.email_key(k) = k) AND count(*) > 60 FROM (SELECT salesops.email_key('a' || chr(i) || '@x' || chr(i) || 'y.de') AS k FROM generate_series(128, 255) i) s WHERE k IS NOT NULL" t 'every letter in an address'
is encoding_latin1 "SELECT salesops.country_code('Österreich') || salesops.country_code('España') || coalesce(salesops.postal_code_issue('1010', 'Österreich'), ' right')" 'ATES right' 'countries with accents'
is encoding_euc_jp "SELECT salesops.country_code('日本') || salesops.country_code('Россия') || coalesce(salesops.postal_code_issue('〒100-0001', '日本'), ' right')" 'JPRU right' 'countries of other scripts, and the sign of the post'
is encoding_sql_ascii "SELECT salesops.country_code('日本') || coalesce(salesops.country_code(E'DE\\377'), salesops.country_code(E'\\351'), ' none ') || salesops.postal_code_issue(E'10115\\377', 'DE')" 'JP none wrong_format' 'bytes that are no characters are no country and no postal code'
is encoding_latin1 "SELECT salesops.email_issue('josé@bücher.de') IS NULL AND salesops.website_issue('www.bücher.de') IS NULL" t 'addresses with accents are right'
is encoding_latin1 "SELECT salesops.email_issue('ann' || chr(160) || '@acme.com') || ' ' || salesops.email_issue(chr(160) || 'ann@acme.com') || ' ' || salesops.email_issue('ann' || chr(173) || '@acme.com') || ' ' || salesops.email_issue('ann@acme' || chr(169) || '.com')" 'white_space not_trimmed invalid_character invalid_domain' 'spaces and signs of that encoding'
is encoding_latin1 "SELECT bool_and(salesops.email_issue(a) IS NOT NULL OR salesops.email_key(a) IS NOT NULL) AND bool_and((salesops.phone_issue(p, 'US') IS NULL) = (salesops.phone_key(p, 'US') IS NOT NULL)) AND count(*) > 100 FROM (SELECT 'a' || chr(i) || '@x' || chr(i) || 'y.de' AS a, '415' || chr(i) || '5551234' AS p FROM generate_series(1, 255) i) s" t 'every character in an address and a number'
is encoding_euc_jp "SELECT salesops.email_issue('太郎@日立.jp') IS NULL AND salesops.is_role_address('info@日立.jp')" t 'an address of another script'
is encoding_sql_ascii "SELECT salesops.email_issue(E'caf\\351@x.com') || ' ' || salesops.email_issue(E'ann@x\\377.com') || ' ' || salesops.website_issue(E'\\377.com') || ' ' || salesops.phone_issue(E'\\377', 'US')" 'invalid_character invalid_domain invalid_domain no_digits' 'what bytes that are no characters make of an address'
is encoding_sql_ascii "SELECT salesops.email_issue(E'caf\\303\\251@acme.com') IS NULL" t 'and what bytes do that are UTF-8'
is encoding_sql_ascii "SELECT bool_and(salesops.email_issue(a) IS NOT NULL OR salesops.email_key(a) IS NOT NULL) FROM (SELECT convert_from(decode('61' || lpad(to_hex(i), 2, '0') || lpad(to_hex(j), 2, '0') || '40782e6465', 'hex'), 'SQL_ASCII') AS a FROM generate_series(1, 255) i, generate_series(1, 255, 3) j) s" t 'whatever they are, what has no issue has a key'
is encoding_euc_jp "SELECT salesops.company_key('株式会社日立製作所')" '日立製作所' 'a legal form in front'
is encoding_euc_jp "CREATE FUNCTION known(c bytea) RETURNS boolean LANGUAGE plpgsql AS \$\$ BEGIN RETURN length(convert(c, 'EUC_JP', 'UTF8')) > 0; EXCEPTION WHEN OTHERS THEN RETURN false; END \$\$" 'CREATE FUNCTION' 'a helper'
is encoding_euc_jp "SELECT count(*) > 6000 AND count(salesops.company_key('a' || convert_from(c, 'EUC_JP'))) = count(*)
	FROM generate_series(161, 254) a, generate_series(161, 254) b, LATERAL (SELECT set_byte(set_byte('\\x0000'::bytea, 0, a), 1, b) AS c) v WHERE known(c)" t 'every character of two bytes has a key'
is encoding_euc_jp "SELECT salesops.company_key(convert_from('\\x8ede61'::bytea, 'EUC_JP')) IS NOT NULL" t 'a half-width voicing mark that stands alone'
is encoding_euc_jp "SELECT count(*) > 6000 AND count(salesops.company_similarity(name, name)) = count(*) AND bool_and(salesops.company_key(salesops.company_key(name)) = salesops.company_key(name))
	FROM generate_series(161, 254) a, generate_series(161, 254) b, LATERAL (SELECT set_byte(set_byte('\\x0000'::bytea, 0, a), 1, b) AS c) v, LATERAL (SELECT 'a' || convert_from(c || '\\x8ede', 'EUC_JP') AS name) w WHERE known(c)" t 'every character with a half-width voicing mark, also where they make a letter that the encoding has not'
is encoding_euc_jp "SELECT salesops.company_key(convert_from('\\xa5ab8ede', 'EUC_JP')) = convert_from('\\xa5ac', 'EUC_JP')" t 'and make one where it has'
is encoding_euc_jis_2004 "SELECT salesops.company_key(convert_from('\\xa7d9abed', 'EUC_JIS_2004')) IS NOT NULL" t 'a Cyrillic letter and a mark make no letter that the encoding has not'
is encoding_sql_ascii "SELECT coalesce(salesops.email_key(E'caf\\351@x.com'), salesops.website_domain(E'\\377.com'), salesops.phone_key(E'\\377', 'US'), salesops.postal_key(E'1\\377')) IS NULL" t 'bytes that are no characters are no address'
is encoding_sql_ascii "SELECT length(salesops.company_key(E'caf\\\\303\\\\251 \\\\377\\\\376')) > 0" t 'bytes that are no characters do no harm'
is encoding_sql_ascii "SELECT coalesce(salesops.email_domain(E'a@x\\360\\237\\342\\200\\213\\204\\206.com'), salesops.email_domain(E'a@x\\360\\237\\001\\204\\206.com'), salesops.email_domain(E'a@x\\360\\237\\314\\201\\204\\206.com')) IS NULL" t 'nor do they become one where what stands between them is dropped'
echo "1..$n"
[ -z "$failed" ]
