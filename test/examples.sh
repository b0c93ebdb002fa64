#!/usr/bin/env bash
# The templates of examples/ (TAP): well-formed, complete, and right about the database that they are made for, on the sample
# with its reports.  test/lib/examples.py says what is looked at.
#
# Needs a server with salesops installed, named by PGHOST and the like, where databases may be created.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/lib/common.sh"
need_packages python3 python3-yaml python3-jinja2

export LC_ALL=C.UTF-8 PGTZ=UTC PGCLIENTENCODING=UTF8 PGDATABASE=examples_$$
unset PGOPTIONS
psql="psql -X -q -v ON_ERROR_STOP=1"
drop_database() { $psql -d postgres -c "SET client_min_messages = warning" -c "DROP DATABASE IF EXISTS $PGDATABASE"; }
work=$(mktemp -d "${TMPDIR:-/tmp}/salesops-examples.XXXXXX")
trap 'drop_database; rm -rf "$work"' EXIT
drop_database
$psql -d postgres -c "CREATE DATABASE $PGDATABASE TEMPLATE template0"
$psql -c 'CREATE EXTENSION salesops' -c "CALL salesops.create_contract('crm')" -v size=300 -f "$root/demo/sample.sql" \
	-c 'CREATE SCHEMA reports' -c "CALL salesops.create_reports('reports', 'crm')" -c "CALL salesops.refresh_reports('reports', as_of => '2026-06-29')"

# PyYAML and Jinja of the distribution, whatever python3 is first in the PATH
/usr/bin/python3 -B "$root/test/lib/examples.py" "$root/examples" "$work"
