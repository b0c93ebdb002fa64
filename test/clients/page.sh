#!/usr/bin/env bash
# The HTML inspection report in a browser (TAP): made of the sample, opened in headless Chromium, in light and dark, wide and
# narrow, and printed (page.js).
#
#   test/clients/page.sh [FOLDER]      FOLDER takes pictures of what was looked at, and the PDF
#
# Needs a server with salesops installed, named by PGHOST and the like, where a database may be created; node, and Chromium
# with a font (Debian: nodejs chromium fonts-dejavu-core).
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
export PGCLIENTENCODING=UTF8 PGDATABASE=page_$$
unset PGOPTIONS
work=$(mktemp -d "${TMPDIR:-/tmp}/salesops-page.XXXXXX")
trap 'psql -Xq -d postgres -c "SET client_min_messages = warning" -c "DROP DATABASE IF EXISTS $PGDATABASE"; rm -rf "$work"' EXIT
psql -Xq -d postgres -c "CREATE DATABASE $PGDATABASE TEMPLATE template0 ENCODING 'UTF8'"
psql -XqAt -v ON_ERROR_STOP=1 -v size=2000 -c 'SET client_min_messages = warning' -c 'CREATE EXTENSION salesops' -c "CALL salesops.create_contract('crm')" -f demo/sample.sql \
	-c 'CREATE SCHEMA reports' -c "CALL salesops.create_reports('reports', 'crm')" -c "CALL salesops.refresh_reports('reports', as_of => '2026-06-29')" >/dev/null
psql -XqAt -v ON_ERROR_STOP=1 -c "SELECT salesops.inspection_report('reports')" >"$work/page.html"
node "$here/page.js" "$work/page.html" "$@"
