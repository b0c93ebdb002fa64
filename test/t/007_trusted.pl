# `trusted = true`: the owner of a database who is no superuser installs, uses, updates and drops the extension, and
# nobody gains by it what he may not have had: not who installs it, not who calls its functions, and not who planted
# objects for the install script to stumble over.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('trusted');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\n");
$node->start;
$node->safe_psql('postgres', 'CREATE ROLE installer LOGIN; CREATE ROLE analyst LOGIN; CREATE ROLE attacker LOGIN');
$node->safe_psql('postgres', "CREATE DATABASE $_ OWNER installer") foreach 'warehouse', 'dropped', 'updated', 'planted';

# As a user: what a script prints, and its errors.
sub as
{
	my ($user, $database, $sql) = @_;
	my ($result, $stdout, $stderr) = $node->psql($database, $sql, extra_params => [ '-U', $user ]);

	return ($stdout, $stderr =~ s/^psql:<stdin>:\d+: //mgr);
}

sub works
{
	my ($user, $database, $sql, $expected, $name) = @_;
	my ($stdout, $stderr) = as($user, $database, $sql);

	is($stderr, '', "$user: $name") and defined $expected and is($stdout, $expected, "$user: $name, its result");
}

sub fails
{
	my ($user, $database, $sql, $error, $name) = @_;
	my ($stdout, $stderr) = as($user, $database, $sql);

	like($stderr, $error, "$user: cannot: " . ($name // $sql));
}

# Every row of every catalog as text, but for statistics.
sub catalogs
{
	my ($database) = @_;
	my $tables = $node->safe_psql($database, "SELECT oid::regclass FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r' AND relname !~ '^pg_statistic' ORDER BY 1");

	return { map { my $table = $_; map { ("$table $_" => 1) } split /\n/, $node->safe_psql($database, "SELECT replace(t::text, E'\\n', ' ') FROM $table t") } split /\n/, $tables };
}

sub differences
{
	my ($from, $to) = @_;

	return join(' ', sort map { (split / /)[0] } grep { !($from->{$_} && $to->{$_}) } keys %{ { %$from, %$to } });
}

# ---- who may install ----

fails('analyst', 'warehouse', 'CREATE EXTENSION salesops', qr/permission denied/);

works('installer', 'warehouse', 'CREATE EXTENSION salesops', undef, 'CREATE EXTENSION');
is($node->safe_psql('warehouse', "SELECT r.rolname, r.rolsuper FROM pg_extension JOIN pg_roles r ON r.oid = extowner WHERE extname = 'salesops'"), 'installer|f', 'the extension belongs to who made it');
is($node->safe_psql('warehouse', "SELECT nspowner::regrole, nspacl FROM pg_namespace WHERE nspname = 'salesops'"), 'installer|', 'and so does the schema, with no privileges to others');
is($node->safe_psql('warehouse', "SELECT DISTINCT proowner FROM pg_proc WHERE pronamespace = 'salesops'::regnamespace"), '10', 'functions belong to the bootstrap superuser');

# ---- who may use it: every example of the comments, which name every function ----

my $examples = q{SET client_min_messages = warning;} . <<'SQL';
DO $do$
DECLARE
	example record;
	result text;
	n int := 0;
BEGIN
	FOR example IN SELECT e[1] AS expression, e[2] AS expected FROM pg_depend d, LATERAL regexp_match(obj_description(objid, classid::regclass::name), '\nExample: ([^\n]+) ==> ([^\n]*)$') e
			WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'salesops') AND e IS NOT NULL LOOP
		EXECUTE 'SELECT (' || example.expression || ')::text' INTO STRICT result;
		IF result IS DISTINCT FROM example.expected THEN
			RAISE EXCEPTION '%: %', example.expression, result;
		END IF;
		n := n + 1;
	END LOOP;
	IF n < 150 THEN
		RAISE EXCEPTION 'only % examples', n;
	END IF;
END $do$;
SQL
works('installer', 'warehouse', $examples, undef, 'every example');
fails('analyst', 'warehouse', "SELECT salesops.to_forecast_category('Commit')", qr/permission denied for schema salesops/);
works('installer', 'warehouse', 'GRANT USAGE ON SCHEMA salesops TO PUBLIC', undef, 'lets others in');
works('analyst', 'warehouse', $examples, undef, 'every example');

# ---- what nobody may do to it ----

is($node->safe_psql('warehouse', <<'SQL'), '', 'no function runs with its owner\'s rights, changes settings, or passes as leakproof');
SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'salesops'::regnamespace AND (prosecdef OR proleakproof OR prosupport <> 0
	-- what is in PL/pgSQL must have one setting: names in its body are those of the server; what changes tables, those by which values are texts
	OR array_remove(array_remove(array_remove(array_remove(array_remove(array_remove(proconfig, 'jit=off'), 'extra_float_digits=1'), 'DateStyle=ISO'), 'IntervalStyle=postgres'), 'lc_monetary=C'), 'TimeZone=UTC')
		IS DISTINCT FROM CASE prolang WHEN (SELECT oid FROM pg_language WHERE lanname = 'plpgsql') THEN CASE WHEN proname <> 'refresh_reports' THEN '{"search_path=pg_catalog, pg_temp"}'::text[] END END
	OR cardinality(proconfig) > 1 AND proname !~ '^(merge|bulk_update|metric_compare|refresh)_|_exceptions$|^(metric_compare|evaluate_metrics|register_metric|query_number|register_qc_check|register_scorecard|qc_record|run_qc|publish_report|report_lock|html_table|svg_bars|svg_curves|inspection_report)$')
SQL
my @forbidden = (
	[ 'CREATE OR REPLACE FUNCTION salesops.met(salesops.compliance) RETURNS bigint LANGUAGE sql RETURN 1', qr/must be owner of function|permission denied for schema/ ],
	[ 'ALTER FUNCTION salesops.met(salesops.compliance) SECURITY DEFINER', qr/must be owner of function/ ],
	[ 'ALTER FUNCTION salesops.company_key(text) LEAKPROOF', qr/must be owner of function|permission denied/ ],
	[ 'ALTER FUNCTION salesops.met(salesops.compliance) OWNER TO CURRENT_USER', qr/must be owner of function/ ],
	[ 'ALTER FUNCTION salesops.met(salesops.compliance) SET SCHEMA public', qr/must be owner of function|permission denied for schema/ ],
	[ 'DROP FUNCTION salesops.met(salesops.compliance)', qr/must be owner of function|because extension salesops requires it/ ],
	[ 'DROP AGGREGATE salesops.merge(salesops.compliance)', qr/must be owner of aggregate|because extension salesops requires it/ ],
	[ 'DROP TYPE salesops.compliance CASCADE', qr/must be owner of type|because extension salesops requires it/ ],
	[ 'DROP OPERATOR salesops.= (salesops.compliance, salesops.compliance)', qr/must be owner of operator|because extension salesops requires it/ ],
	[ 'ALTER OPERATOR salesops.= (salesops.compliance, salesops.compliance) SET (RESTRICT = NONE)', qr/must be owner of operator/ ],
	[ 'ALTER OPERATOR FAMILY salesops.compliance_ops USING btree DROP FUNCTION 1 (salesops.compliance, salesops.compliance)', qr/must be superuser/ ],
	[ 'ALTER TYPE salesops.compliance OWNER TO CURRENT_USER', qr/must be owner of type/ ],
	[ 'ALTER DOMAIN salesops.forecast_category DROP CONSTRAINT forecast_category_check', qr/must be owner of type/ ],
	[ 'CREATE CAST (salesops.compliance AS text) WITH INOUT', qr/must be owner of type/ ],
	[ 'CREATE CAST (bytea AS salesops.compliance) WITHOUT FUNCTION', qr/must be owner of type|must be superuser/ ],
	[ 'CREATE CAST (salesops.deal_stats AS salesops.compliance) WITHOUT FUNCTION', qr/must be owner of type|must be superuser/ ],
	[ q{COMMENT ON FUNCTION salesops.met(salesops.compliance) IS 'mine'}, qr/must be owner of function/ ],
	[ 'ALTER EXTENSION salesops DROP FUNCTION salesops.met(salesops.compliance)', qr/must be owner of/ ],
	[ q{CREATE FUNCTION pg_temp.f(salesops.compliance) RETURNS bigint AS '$libdir/salesops', 'salesops_won_deals' LANGUAGE C}, qr/permission denied for language c/ ],
	# the binary readers take a pointer: no user has one
	[ q{SELECT salesops.compliance_recv('x')}, qr/does not exist|cannot accept a value of type internal/ ],
	[ 'SELECT salesops.compliance_recv(NULL)', qr/does not exist|cannot accept a value of type internal/ ],
	[ q{SELECT salesops.deal_stats_recv('\x00'::bytea)}, qr/does not exist/ ],
	[ 'CREATE AGGREGATE pg_temp.a(bigint) (SFUNC = salesops.compliance_recv, STYPE = internal)', qr/transition data type cannot be internal|does not exist/ ],
	[ 'CREATE AGGREGATE pg_temp.a(bigint) (SFUNC = int8inc, STYPE = bigint, FINALFUNC = salesops.compliance_recv)', qr/does not exist/ ],
	[ 'CREATE AGGREGATE pg_temp.a(salesops.deal_stats) (SFUNC = salesops.compliance_combinefn, STYPE = salesops.deal_stats)', qr/does not exist/ ],
	[ 'CREATE TRANSFORM FOR salesops.compliance LANGUAGE sql (FROM SQL WITH FUNCTION salesops.compliance_recv(internal))', qr/must be owner of type/ ],
	[ 'CREATE TYPE pg_temp.t (INPUT = salesops.compliance_in, OUTPUT = salesops.compliance_out)', qr/must be superuser to create a base type/ ],
);
foreach my $user ('installer', 'analyst')
{
	fails($user, 'warehouse', @$_) foreach @forbidden;
}
fails('analyst', 'warehouse', $_, qr/permission denied for schema salesops|must be owner of|no privileges were granted/)
	foreach 'CREATE FUNCTION salesops.f() RETURNS int LANGUAGE sql RETURN 1', 'CREATE TABLE salesops.t ()', 'CREATE DOMAIN salesops.d AS text',
	'CREATE OPERATOR salesops.+ (FUNCTION = int4pl, LEFTARG = int, RIGHTARG = int)', 'ALTER SCHEMA salesops RENAME TO mine', 'DROP SCHEMA salesops CASCADE',
	'DROP EXTENSION salesops', 'ALTER EXTENSION salesops UPDATE', 'GRANT CREATE ON SCHEMA salesops TO analyst';
# revoking what one did not grant changes nothing
as('installer', 'warehouse', 'REVOKE ALL ON ALL FUNCTIONS IN SCHEMA salesops FROM PUBLIC');
works('analyst', 'warehouse', $examples, undef, 'every example, after all that');

# ---- states where no state is expected ----

# An aggregate of a user's own may put the functions to other uses than ours: states without a final function are values
# that can be stored and passed on, initial states come from literals, transition functions end up as final ones, and
# frames move.  All readers must give what they give for the proper summary, and the server must live.
works('analyst', 'warehouse', <<'SQL', <<'EXPECTED' =~ s/\n\z//r, 'aggregates of his own');
CREATE TEMP TABLE deal AS SELECT i, i % 3 AS g, (array['open', 'won', 'lost'])[1 + i % 3] AS outcome, (i % 977)::numeric / 4 AS amount, i * 0.75::float8 AS cycle, (array['Commit', 'Pipeline', NULL])[1 + i % 3] AS category,
	(array['New', 'Proposal', 'Won'])[1 + i % 3] AS stage, '2026-01-01 00:00+00'::timestamptz + i * interval '1 hour' AS entered_at FROM generate_series(1, 9000) i;
CREATE AGGREGATE pg_temp.open_stats(text, numeric, float8) (SFUNC = salesops.deal_stats_transfn, STYPE = salesops.deal_stats);
CREATE AGGREGATE pg_temp.initial_stats(text, numeric, float8) (SFUNC = salesops.deal_stats_transfn, STYPE = salesops.deal_stats, INITCOND = '{"deal_stats": 1, "open_deals": 1}', FINALFUNC = salesops.deal_stats_finalfn);
CREATE AGGREGATE pg_temp.final_by_transition(text, numeric, float8) (SFUNC = salesops.deal_stats_transfn, STYPE = salesops.deal_stats, FINALFUNC = salesops.deal_stats_transfn, FINALFUNC_EXTRA);
CREATE AGGREGATE pg_temp.twice(salesops.deal_stats) (SFUNC = salesops.deal_stats_combinefn, STYPE = salesops.deal_stats, MSFUNC = salesops.deal_stats_combinefn, MINVFUNC = salesops.deal_stats_combinefn, MSTYPE = salesops.deal_stats);
CREATE AGGREGATE pg_temp.open_rollup(text, numeric) (SFUNC = salesops.forecast_rollup_transfn, STYPE = salesops.forecast_rollup);
CREATE AGGREGATE pg_temp.open_path(text, timestamptz) (SFUNC = salesops.stage_path_transfn, STYPE = salesops.stage_path);
CREATE AGGREGATE pg_temp.open_process(text, bigint, float8, text, text, float8) (SFUNC = salesops.sales_process_transfn, STYPE = salesops.sales_process);
CREATE AGGREGATE pg_temp.open_compliance(boolean) (SFUNC = salesops.compliance_transfn, STYPE = salesops.compliance);

CREATE TEMP TABLE kept AS SELECT g, pg_temp.open_stats(outcome, amount, cycle) AS o, salesops.deal_stats(outcome, amount, cycle) AS d, pg_temp.final_by_transition(outcome, amount, cycle) AS f,
	pg_temp.open_rollup(category, amount) AS r, salesops.forecast_rollup(category, amount) AS rr, pg_temp.open_path(stage, entered_at) AS p, salesops.stage_path(stage, entered_at) AS pp, pg_temp.open_compliance(amount > 100) AS c, salesops.compliance(amount > 100) AS cc FROM deal GROUP BY g;
SELECT bool_and(o::text = d::text AND f::text = d::text AND salesops.deal_stats_send(o) = salesops.deal_stats_send(d) AND salesops.median_cycle_days(o) IS NOT DISTINCT FROM salesops.median_cycle_days(d) AND salesops.won_amount(o) = salesops.won_amount(d)), bool_and(r::text = rr::text AND p::text = pp::text AND c::text = cc::text
	AND salesops.days_in_stage(p, 'New', '2030-01-01 00:00+00') IS NOT DISTINCT FROM salesops.days_in_stage(pp, 'New', '2030-01-01 00:00+00')) FROM kept;
SELECT (SELECT salesops.merge(o) FROM kept)::text = (SELECT salesops.deal_stats(outcome, amount, cycle) FROM deal)::text, (SELECT salesops.merge(p) FROM kept)::text = (SELECT salesops.stage_path(stage, entered_at) FROM deal)::text;
SELECT salesops.deal_count(pg_temp.initial_stats(outcome, amount, cycle)) FROM deal;
SELECT count(*), count(salesops.deal_stats_transfn(o, 'won', 1::numeric, 5)), count(salesops.deal_stats_combinefn(o, o)), count(salesops.deal_stats_finalfn(o)), count(salesops.deal_stats_combinefn(o, NULL)), count(salesops.stage_path_transfn(p, 'New', '2026-01-01 00:00+00')), count(salesops.stage_path_combinefn(p, p)),
	count(salesops.value_hash(o)) + count(salesops.value_cmp(o, d)) + count(salesops.value_hash_extended(p, 7)) FROM kept;
SELECT count(salesops.win_rate(s)) FROM (SELECT pg_temp.twice(o) OVER (ORDER BY g ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM kept) v;
SELECT max(salesops.won_deals(s)) FROM (SELECT pg_temp.open_stats(outcome, amount, cycle) OVER (ORDER BY i ROWS BETWEEN 99 PRECEDING AND CURRENT ROW) AS s FROM deal) v;
SELECT salesops.stage_position(salesops.sales_process_finalfn(s), 'stage 50') FROM (SELECT pg_temp.open_process('stage ' || i, 100 - i, 0.5, 'commit', 'open', 3) AS s FROM generate_series(1, 50) i) v;
SELECT bool_and(salesops.deal_stats_transfn(o, NULL, NULL::numeric, NULL)::text = d::text) FROM kept;
SQL
t|t
t|t
9001
3|3|3|3|3|3|3|9
2
34
1
t
EXPECTED
is($node->safe_psql('warehouse', "SELECT salesops.to_forecast_category('Commit')"), 'commit', 'the server lives');
unlike(slurp_file($node->logfile), qr/terminated by signal|TRAP:|PANIC/, 'nothing crashed');

# ---- privileges in a dump ----

# none of the extension's own is dumped; what an administrator changed is, and comes back
my $folder = PostgreSQL::Test::Utils::tempdir();
$node->command_ok([ 'pg_dump', '-d', $node->connstr('warehouse'), '-f', "$folder/before.sql" ], 'pg_dump');
unlike(slurp_file("$folder/before.sql"), qr/(GRANT|REVOKE)\b.* ON (FUNCTION|TYPE)/, 'the extension brings no privileges of its own');
$node->safe_psql('warehouse', 'REVOKE EXECUTE ON FUNCTION salesops.met(salesops.compliance) FROM PUBLIC; GRANT EXECUTE ON FUNCTION salesops.met(salesops.compliance) TO installer; REVOKE USAGE ON TYPE salesops.stage_path FROM PUBLIC');
$node->command_ok([ 'pg_dump', '-d', $node->connstr('warehouse'), '-Fc', '-f', "$folder/after.dump" ], 'pg_dump of changed privileges');
$node->safe_psql('postgres', 'CREATE DATABASE restored OWNER installer');
$node->command_ok([ 'pg_restore', '--exit-on-error', '-d', $node->connstr('restored'), "$folder/after.dump" ], 'pg_restore');
foreach my $database ('warehouse', 'restored')
{
	is($node->safe_psql($database, <<'SQL'), 'f|t|f|t|t', "$database: privileges");
SELECT has_function_privilege('analyst', 'salesops.met(salesops.compliance)', 'EXECUTE'), has_function_privilege('installer', 'salesops.met(salesops.compliance)', 'EXECUTE'), has_type_privilege('analyst', 'salesops.stage_path', 'USAGE'),
	has_schema_privilege('analyst', 'salesops', 'USAGE'), has_function_privilege('analyst', 'salesops.missed(salesops.compliance)', 'EXECUTE')
SQL
}

# ---- dropping ----

my $before = catalogs('dropped');
works('installer', 'dropped', "CREATE EXTENSION salesops; $examples DROP EXTENSION salesops", undef, 'DROP EXTENSION');
is(differences($before, catalogs('dropped')), 'pg_namespace pg_shdepend', 'only the schema that CREATE EXTENSION made is left');
works('installer', 'dropped', 'DROP SCHEMA salesops', undef, 'drops that too, which is empty');
is(differences($before, catalogs('dropped')), '', 'nothing is left');
works('installer', 'dropped', 'CREATE SCHEMA salesops', undef, 'makes the schema himself');
$before = catalogs('dropped');
works('installer', 'dropped', 'CREATE EXTENSION salesops; DROP EXTENSION salesops', undef, 'creates and drops the extension in it');
is(differences($before, catalogs('dropped')), '', 'nothing is left but his schema');

# ---- updating ----

my @older = split /\n/, $node->safe_psql('updated', "SELECT source FROM pg_extension_update_paths('salesops') JOIN pg_available_extensions ON target = default_version WHERE name = 'salesops' AND path IS NOT NULL ORDER BY 1");
cmp_ok(scalar(@older), '>=', 1, "versions to update from: @older");
foreach my $version (@older)
{
	works('installer', 'updated', "CREATE EXTENSION salesops VERSION '$version'", undef, "CREATE EXTENSION VERSION $version");
	fails('analyst', 'updated', 'ALTER EXTENSION salesops UPDATE', qr/must be owner of extension salesops/);
	# the script runs with a superuser's rights for who may create objects in the database, which its owner may
	$node->safe_psql('postgres', 'ALTER DATABASE updated OWNER TO CURRENT_USER');
	fails('installer', 'updated', 'ALTER EXTENSION salesops UPDATE', qr/permission denied to update extension "salesops"/, "ALTER EXTENSION UPDATE from $version without CREATE on the database");
	is($node->safe_psql('updated', "SELECT extversion FROM pg_extension WHERE extname = 'salesops'"), $version, "and it stays $version");
	$node->safe_psql('postgres', 'ALTER DATABASE updated OWNER TO installer');
	works('installer', 'updated', 'ALTER EXTENSION salesops UPDATE', undef, "ALTER EXTENSION UPDATE from $version");
	works('installer', 'updated', $examples, undef, "every example, updated from $version");
	is($node->safe_psql('updated', "SELECT DISTINCT proowner FROM pg_proc WHERE pronamespace = 'salesops'::regnamespace"), '10', 'and all functions belong to the bootstrap superuser');
	works('installer', 'updated', 'DROP EXTENSION salesops; DROP SCHEMA salesops', undef, 'drops it');
}

# ---- planted objects ----

# Whoever may create objects where the install script looks, or in the schema that it installs into, might hope that it
# takes his for its own.  It refers to none: all that its objects depend on are each other and the server's own.
$node->safe_psql('planted', 'GRANT CREATE ON DATABASE planted TO attacker; GRANT CREATE ON SCHEMA public TO attacker');
my $outside = <<'SQL';
WITH member AS (SELECT classid, objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'salesops'))
SELECT (SELECT count(*) > 200 FROM member), string_agg(DISTINCT pg_describe_object(refclassid, refobjid, refobjsubid), ', ') FROM member JOIN pg_depend USING (classid, objid)
WHERE (refclassid, refobjid) NOT IN (TABLE member UNION ALL SELECT classid, typarray FROM member JOIN pg_type t ON t.oid = objid AND classid = 'pg_type'::regclass) AND (refclassid <> 'pg_class'::regclass OR refobjid NOT IN (SELECT oid FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace)) AND refclassid NOT IN ('pg_extension'::regclass, 'pg_opfamily'::regclass)
SQL
sub plants
{
	my ($schema) = @_;

	return <<"SQL";
CREATE DOMAIN $schema.text AS pg_catalog.text; CREATE DOMAIN $schema.bigint AS pg_catalog.int4; CREATE DOMAIN $schema.int8 AS pg_catalog.int4; CREATE DOMAIN $schema.numeric AS pg_catalog.numeric; CREATE DOMAIN $schema.float8 AS pg_catalog.float8;
CREATE DOMAIN $schema.timestamptz AS pg_catalog.timestamptz; CREATE DOMAIN $schema.bytea AS pg_catalog.bytea; CREATE DOMAIN $schema.cstring AS pg_catalog.text; CREATE DOMAIN $schema.internal AS pg_catalog.text;
CREATE FUNCTION $schema.hostile(pg_catalog.text, pg_catalog.text) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION \$\$hijacked by %\$\$, current_user; END';
CREATE OPERATOR $schema.= (FUNCTION = $schema.hostile, LEFTARG = pg_catalog.text, RIGHTARG = pg_catalog.text);
CREATE FUNCTION $schema.value_eq(pg_catalog.text, pg_catalog.text) RETURNS boolean LANGUAGE sql RETURN true;
CREATE FUNCTION $schema.value_cmp(anyelement, anyelement) RETURNS integer LANGUAGE sql AS 'SELECT 0';
CREATE FUNCTION $schema.compliance_transfn(anyelement, boolean) RETURNS anyelement LANGUAGE sql AS 'SELECT \$1';
CREATE FUNCTION $schema.deal_stats_combinefn(anyelement, anyelement) RETURNS anyelement LANGUAGE sql AS 'SELECT \$1';
CREATE FUNCTION $schema.eqsel(anyelement) RETURNS pg_catalog.float8 LANGUAGE sql AS 'SELECT 0::pg_catalog.float8';
SQL
}

# the attacker's in the schema itself, and in public; the installer's own in pg_temp
as('attacker', 'planted', 'CREATE SCHEMA salesops;' . plants('salesops') . plants('public'));
works('installer', 'planted', plants('pg_temp') . 'SET search_path = pg_temp, public, salesops; CREATE EXTENSION salesops', undef, 'installs among planted objects');
is($node->safe_psql('planted', $outside), 't|language plpgsql, schema salesops', 'no object of the extension depends on a planted one');
is($node->safe_psql('planted', "SET search_path = salesops, public; SELECT 'best_case'::salesops.forecast_category"), 'best_case', 'the check of the domain compares with the operator of the server');
# the schema stays his: he may add functions to it, which is why the documentation says to look whose it is, but he
# changes nothing of the extension's
fails('attacker', 'planted', $_->[0], $_->[1]) foreach @forbidden[ 0 .. 18 ];
# nor what its procedures call: overloads that he adds fit less well, whoever calls
as('attacker', 'planted', 'GRANT USAGE ON SCHEMA salesops TO PUBLIC; CREATE PROCEDURE salesops.require_columns(pg_catalog.varchar, pg_catalog.varchar, pg_catalog.varchar) LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION \'hijacked\'; END$$;
	CREATE PROCEDURE salesops.require_columns(pg_catalog.text, pg_catalog.name, pg_catalog.name) LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION \'hijacked\'; END$$;
	CREATE FUNCTION salesops.snapshot_sql(VARIADIC pg_catalog.text[]) RETURNS pg_catalog.text LANGUAGE sql AS $$SELECT \'nonsense\'$$;
	CREATE FUNCTION salesops.opportunity_as_of_sql(pg_catalog.name, pg_catalog.name) RETURNS pg_catalog.text LANGUAGE sql AS $$SELECT \'nonsense\'$$');
is($node->safe_psql('planted', "SELECT count(*) FROM pg_proc WHERE pronamespace = 'salesops'::regnamespace AND proowner = 'attacker'::regrole AND proname ~ '^(require_columns|snapshot_sql|opportunity_as_of_sql)\$'"), '4', 'overloads are planted');
works('installer', 'planted', <<'SQL', 'attacker|t', 'procedures call their own among them');
CREATE SCHEMA crm;
CREATE TABLE crm.opportunity (opportunity_id pg_catalog.text, stage pg_catalog.text, amount pg_catalog.numeric, close_date date, forecast_category pg_catalog.text, owner_id pg_catalog.text, probability pg_catalog.float8, created_at pg_catalog.timestamptz, is_deleted boolean);
CREATE TABLE crm.opportunity_history (opportunity_id pg_catalog.text, changed_at pg_catalog.timestamptz, stage pg_catalog.text, amount pg_catalog.numeric, close_date date, forecast_category pg_catalog.text, owner_id pg_catalog.text, probability pg_catalog.float8);
SET search_path = salesops, public;
SET client_min_messages = warning;
CALL salesops.create_opportunity_as_of('crm');
CALL salesops.create_snapshots('crm');
SELECT nspowner::regrole, (SELECT bool_and(proowner = 'installer'::regrole AND NOT prosecdef) FROM pg_proc WHERE pronamespace = 'crm'::regnamespace) FROM pg_namespace WHERE nspname = 'salesops';
SQL
# and what they run, they run with the rights of who calls: not even the schema's owner gets at another's
fails('attacker', 'planted', "CALL salesops.$_('crm')", qr/this is another.s: crm\./, $_) foreach 'create_opportunity_as_of', 'create_snapshots';
as('installer', 'planted', 'DROP SCHEMA crm CASCADE');
as('attacker', 'planted', 'DROP PROCEDURE salesops.require_columns(pg_catalog.varchar, pg_catalog.varchar, pg_catalog.varchar); DROP PROCEDURE salesops.require_columns(pg_catalog.text, pg_catalog.name, pg_catalog.name); DROP FUNCTION salesops.snapshot_sql(VARIADIC pg_catalog.text[]); DROP FUNCTION salesops.opportunity_as_of_sql(pg_catalog.name, pg_catalog.name)');
$node->safe_psql('planted', 'DROP EXTENSION salesops');

# what stands in the way of the extension's own objects stops the installation, whoever installs, and is not replaced
foreach my $plant ('FUNCTION salesops.company_key(label pg_catalog.text) RETURNS pg_catalog.text LANGUAGE sql RETURN $$x$$', 'FUNCTION salesops.jaro(pg_catalog.text, pg_catalog.text) RETURNS pg_catalog.float8 LANGUAGE sql RETURN 1',
	'DOMAIN salesops.forecast_category AS pg_catalog.text', 'TABLE salesops.compliance ()')
{
	my ($drop) = $plant =~ /^(\w+ [\w.]+(?:\(.*?\))?)/;

	as('attacker', 'planted', "CREATE $plant");
	fails($_, 'planted', 'CREATE EXTENSION salesops', qr/already exists/, "CREATE EXTENSION over $drop") foreach 'installer', $node->safe_psql('postgres', 'SELECT current_user');
	is($node->safe_psql('planted', "SELECT count(*) FROM pg_extension WHERE extname = 'salesops'"), '0', 'nothing was installed');
	works('attacker', 'planted', "DROP $drop", undef, "$drop is still his");
}

$node->stop;
done_testing();
