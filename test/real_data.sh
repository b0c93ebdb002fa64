#!/usr/bin/env bash
# The how-to on real data, CRM Sales Opportunities, run as it stands (TAP): its outputs are figures that others published.
# Reads the folder SALESOPS_DATA; without it there is nothing to test.
set -eu
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
data=${SALESOPS_DATA:-$root/../shared/data}/crm/maven
if [ ! -e "$data/sales_pipeline.csv" ]; then
	echo "1..0 # SKIP no data in $data"
	exit 0
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/salesops-real.XXXXXX")
trap 'rm -rf "$work"' EXIT
ln -s "$root/demo" "$work/demo"
ln -s "$data" "$work/crm"
cd "$work"
bash "$root/test/docs.sh" "$root/docs/how-to/crm-sales-opportunities.md"
