-- matching: names of persons, sounds and street addresses: properties on made-up texts, an independent Double Metaphone, hostile input.
-- With SALESOPS_DATA set to a folder that has matching/similarity_reference.tsv, its names are used, too.
\ir setup.psql
\set has_data `test -r "$SALESOPS_DATA/matching/similarity_reference.tsv" && echo true || echo false`
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'fuzzystrmatch') AS has_metaphone \gset
SET LOCAL client_encoding = 'UTF8';

-- ---- texts of parts that mean something, 10,000 of each kind, the same in every run ----

-- the k-th of n parts, as md5 has it
CREATE FUNCTION pg_temp.pick(parts text[], seed text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT parts[1 + ('x' || left(md5(seed), 7))::bit(28)::int % array_length(parts, 1)]
$$;
CREATE FUNCTION pg_temp.text_of(parts text[], gaps text[], seed text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT string_agg(pg_temp.pick(parts, seed || 'p' || i) || pg_temp.pick(gaps, seed || 'b' || i), '' ORDER BY i)
	FROM generate_series(1, 1 + ('x' || left(md5(seed || 'n'), 7))::bit(28)::int % 8) i
$$;

CREATE TEMP TABLE person AS SELECT i, pg_temp.text_of(string_to_array('dr dr. Prof. mr Mrs Herr Frau sir sr sr. jr Jr. ii III PhD ph.d. ph d m.d. MD ma M.A. ba do mba esq van von der de la del al bin y st. mac o'' John Smith Bob mary j J. r. r.j. anna-maria Smith-Jones Müller 3rd med. rer nat dipl. ing gen. the third lt. col 12 Иван и ra ( ) , ; - .', ' '),
	'{" "," "," "," ",", ",-,.,""}', 'person' || i) AS t FROM generate_series(1, 10000) i;
CREATE TEMP TABLE address AS SELECT i, pg_temp.text_of(string_to_array('123 5 12a 5th 1st first second bis ter one One C/ c/o 34th Floor 34th st St. dr Dr. str Straße hauptstr Haupt Berliner ave av Avenue n N. s e w ne NW n.w. north apt # #4 Suite ste unit flat no No. po box P.O. p o b post office postfach fl Floor bldg level & main Oak saint sainte mt a b 4-b 4-5 e-5 , . ( ) '' Place pl 3 ft way 路', ' '),
	'{" "," "," "," ",", ",-,.,""}', 'address' || i) AS t FROM generate_series(1, 10000) i;
CREATE TEMP TABLE word AS SELECT DISTINCT pg_temp.text_of(string_to_array('sch ch cc cia cz wicz witz gh gn gy ges danger ranger jose j ll illo alle as os x iau eau au ou umb er th om am wr wh ewski owsky isl sugar sh heim sc oo en uy tch tion tia zh zo kn pn ps bacher macher ach caesar chae harac chore orches mc b c d f g h k l m n p q r s t v w y z a e i o u ie me ma ai oi dg dt agg ogg ier et rgy ogy', ' '),
	'{""}', 'word' || i) AS t FROM generate_series(1, 10000) i;
\if :has_data
	CREATE TEMP TABLE reference (a text, b text, f1 text, f2 text, f3 text, f4 text, f5 text, f6 text, f7 text, f8 text);
	\copy reference FROM PROGRAM 'tail -n +2 "$SALESOPS_DATA/matching/similarity_reference.tsv" | sed "s/\\\\/\\\\\\\\/g"'
	INSERT INTO person SELECT 10000 + row_number() OVER (), a FROM reference;
	INSERT INTO address SELECT 10000 + row_number() OVER (), b FROM reference;
	INSERT INTO word SELECT DISTINCT w FROM reference, regexp_split_to_table(lower(a || ' ' || b), '[^a-z]+') w WHERE w <> '';
\endif

-- ---- the keys ----
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE person_key(person_key(t)) IS DISTINCT FROM person_key(t)) FROM person', 'person_key of a key is the key');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE address_key(address_key(t)) IS DISTINCT FROM address_key(t)) FROM address', 'address_key of a key is the key');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE address_key(address_key(t)) IS DISTINCT FROM address_key(t)) FROM person', 'also of a name of a person');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE person_key(person_key(t)) IS DISTINCT FROM person_key(t)) FROM address', 'and person_key of an address');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE nickname_class(nickname_class(t)) IS DISTINCT FROM nickname_class(t)) FROM person', 'nickname_class of a class is the class');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE person_key(upper(t)) IS DISTINCT FROM person_key(t) OR address_key(upper(t)) IS DISTINCT FROM address_key(t) OR match_phonetic(upper(t)) IS DISTINCT FROM match_phonetic(t)) FROM person', 'case does not count');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE person_key(t) ~ ''[A-Z.,;()-]|^ | $|  '') FROM person', 'a key is in small letters, with single spaces and without punctuation');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE address_key(t) ~ ''[A-Z.,;()#-]|^ | $|  '') FROM address', 'the same of addresses');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE person_key(l || '', '' || f) <> person_key(f || '' '' || l) OR person_key(f || '' '' || l || '', Jr.'') <> person_key(f || '' '' || l)) FROM unnest(''{John,J. R.,Anne-Marie,Élodie}''::text[]) f, unnest(''{Smith,van der Berg,de la Cruz,O''''Brien}''::text[]) l', 'both ways to write a name have one key');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE company_acronym(t) ~ '' '' OR company_acronym(t) IS DISTINCT FROM company_acronym(company_key(t)) AND t !~* ''(^|[^[:alnum:]])[[:alpha:]][^[:alnum:]]+[[:alpha:]]([^[:alnum:]]|$)'') FROM person', 'the acronym is that of the key, but for initials');

-- ---- the similarities ----
CREATE TEMP TABLE pair AS SELECT 'person' AS kind, t AS a, lead(t) OVER (ORDER BY person_key(t), i) AS b FROM person UNION ALL SELECT 'person', t, lead(t, 7) OVER (ORDER BY i) FROM person
	UNION ALL SELECT 'address', t, lead(t) OVER (ORDER BY address_key(t), i) FROM address UNION ALL SELECT 'address', t, lead(t, 7) OVER (ORDER BY i) FROM address;
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE person_similarity(a, b) <> person_similarity(b, a)) FROM pair WHERE kind = ''person''', 'person_similarity is symmetric, to the last bit');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE address_similarity(a, b) <> address_similarity(b, a)) FROM pair WHERE kind = ''address''', 'address_similarity is symmetric, to the last bit');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE person_similarity(a, b) NOT BETWEEN 0 AND 1 OR (person_similarity(a, b) = 1) <> (person_key(a) = person_key(b)) OR (person_similarity(a, b) IS NULL) <> (person_key(a) IS NULL OR person_key(b) IS NULL)) FROM pair WHERE kind = ''person'' AND b IS NOT NULL', 'person_similarity is 0 to 1, 1 for equal keys and no others');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE address_similarity(a, b) NOT BETWEEN 0 AND 1 OR (address_similarity(a, b) = 1) <> (address_key(a) = address_key(b)) OR (address_similarity(a, b) IS NULL) <> (address_key(a) IS NULL OR address_key(b) IS NULL)) FROM pair WHERE kind = ''address'' AND b IS NOT NULL', 'address_similarity is 0 to 1, 1 for equal keys and no others');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE person_similarity(a, b) <> person_similarity(person_key(a), b) AND a !~ ''[-,;.]'') FROM pair WHERE kind = ''person''', 'a name is like another as its key is, where its spelling does not say which the family name is');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE split_part(explain_person_similarity(a, b), '':'', 1)::float8 <> round(person_similarity(a, b)::numeric, 4)::float8 AND abs(split_part(explain_person_similarity(a, b), '':'', 1)::float8 - person_similarity(a, b)) > 0.00005001
	OR (explain_person_similarity(a, b) IS NULL) <> (person_similarity(a, b) IS NULL)) FROM pair WHERE kind = ''person''', 'the explanation of persons begins with the score');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE abs(split_part(explain_address_similarity(a, b), '':'', 1)::float8 - address_similarity(a, b)) > 0.00005001
	OR (explain_address_similarity(a, b) IS NULL) <> (address_similarity(a, b) IS NULL)) FROM pair WHERE kind = ''address''', 'that of addresses, too');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE abs(split_part(explain_company_similarity(a, b), '':'', 1)::float8 - company_similarity(a, b)) > 0.00005001
	OR (explain_company_similarity(a, b) IS NULL) <> (company_similarity(a, b) IS NULL)) FROM pair', 'that of companies, too');

-- ---- sounds ----
\if :has_metaphone
	CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;
	SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE coalesce(match_phonetic(t), '''') <> dmetaphone(t)) FROM word', 'the primary code is what fuzzystrmatch says');
	-- where all sounds of the alternate reading are silent (hj), it has none and we have the primary code
	SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE coalesce(match_phonetic_alternate(t), '''') <> coalesce(nullif(dmetaphone_alt(t), ''''), dmetaphone(t))) FROM word', 'and so is the alternate code');
\endif
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE match_phonetic(t) !~ ''^[AFHJKLMNPRSTX0]{1,4}( [AFHJKLMNPRSTX0]{1,4})*$'') FROM person', 'codes are of at most four of the letters of the article');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE (match_phonetic(t) IS NULL) <> (match_phonetic_alternate(t) IS NULL) OR array_length(string_to_array(match_phonetic(t), '' ''), 1) <> array_length(string_to_array(match_phonetic_alternate(t), '' ''), 1)) FROM person', 'both codes are of the same words');

-- ---- hostile input: a megabyte each ----
-- far from what it takes, and from what it would take if anything were quadratic; some ninety calls are one statement, and a sanitizer's server is slow
SET LOCAL statement_timeout = '5min';
CREATE TEMP TABLE hostile AS SELECT * FROM (VALUES ('empty', ''), ('one letter', repeat('x', 1048576)), ('vowels', repeat('a', 1048576)), ('words', repeat('dr jr ', 174762)), ('commas', repeat('a,', 524288)), ('titles', repeat('dr ', 349525)),
	('degrees', repeat('m.d.', 262144)), ('brackets', repeat('(', 1048576)), ('closed', repeat('(a)', 349525)), ('units', repeat('# ', 524288)), ('apartments', repeat('apt ', 262144)), ('streets', repeat('st ', 349525)), ('strasse', repeat('str ', 262144)), ('haupt', 'haupt' || repeat(' str', 262142)), ('boxes', repeat('p o box ', 131072)),
	('points', repeat('a.', 524288)), ('hyphens', repeat('a-', 524288)), ('names', repeat('john smith ', 95325)), ('c', repeat('ch', 524288)), ('digits', repeat('1', 1048576)), ('no', repeat('no 1 ', 209715)), ('parts', repeat('van y ', 174762))) v(name, t);
INSERT INTO hostile SELECT 'marks', 'e' || repeat(U&'\0301', 1048575) WHERE getdatabaseencoding() = 'UTF8';
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE person_key(person_key(t)) IS DISTINCT FROM person_key(t)) FROM hostile', 'person_key');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE address_key(address_key(t)) IS DISTINCT FROM address_key(t)) FROM hostile WHERE length(address_key(t)) <= 1048576', 'address_key');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE length(match_phonetic(t)) > 2 * length(t) OR length(match_phonetic_alternate(t)) > 2 * length(t) OR nickname_class(t) = ''?'' OR company_acronym(t) = ''?'') FROM hostile', 'sounds, classes and acronyms');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE person_similarity(a.t, b.t) NOT BETWEEN 0 AND 1 OR person_similarity(a.t, b.t) <> person_similarity(b.t, a.t)) FROM hostile a, hostile b WHERE a.name < b.name AND md5(a.name || b.name) < ''1''', 'person_similarity');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE address_similarity(a.t, b.t) NOT BETWEEN 0 AND 1 OR address_similarity(a.t, b.t) <> address_similarity(b.t, a.t)) FROM hostile a, hostile b WHERE a.name < b.name AND md5(a.name || b.name) < ''1''', 'address_similarity');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE length(explain_person_similarity(t, ''x'')) > 1000 OR length(explain_address_similarity(t, ''x'')) > 100000 OR length(explain_company_similarity(t, ''x'')) > 100000) FROM hostile', 'explanations are bounded');
SELECT is(pg_temp.outcome_of(format('SELECT %s(repeat(''x'', 1048577))', f)), '54000', f || ' refuses longer texts') FROM unnest('{match_phonetic,match_phonetic_alternate,person_key,nickname_class,company_acronym,address_key}'::text[]) f;
SELECT is(pg_temp.outcome_of(format('SELECT %s(''x'', repeat(''x'', 1048577))', f)), '54000', f || ' refuses longer texts') FROM unnest('{person_similarity,explain_person_similarity,explain_company_similarity,address_similarity,explain_address_similarity}'::text[]) f;

SELECT * FROM finish();
ROLLBACK;
