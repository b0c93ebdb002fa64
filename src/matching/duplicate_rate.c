/*
 * duplicate_rate.c
 *		The share of records that are surplus: those of a cluster but one.
 *
 * 1 - distinct clusters / records would need every id of a cluster in the state.  A cluster is named by one of its records, the
 * least id, so a record is surplus where its cluster's name is not its own id: two counts do, and the rates of segments are
 * those of their own surplus records, which add up.
 *
 * Worked example: A and B in cluster A, C in its own, D in none -> 1 of 4 is surplus, 0.25.
 */
#include "core/compat.h"

#include "core/compliance.h"
#include "core/summary.h"
#include "utils/uuid.h"

SALESOPS_FUNCTION(salesops_duplicate_rate_transfn_bigint);
SALESOPS_FUNCTION(salesops_duplicate_rate_transfn_uuid);
SALESOPS_FUNCTION(salesops_duplicate_rate_transfn_text);

/* What a row with a NULL gives: a record without a cluster is alone, and a cluster without its record is no record. */
static inline Datum
incomplete(FunctionCallInfo fcinfo)
{
	return PG_ARGISNULL(1) ? summary_unchanged(fcinfo) : compliance_add(fcinfo, COMPLIANCE_MISSED);
}

/* (state compliance, record, cluster): a surplus record is one that meets the rule */
Datum
salesops_duplicate_rate_transfn_bigint(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return incomplete(fcinfo);
	return compliance_add(fcinfo, PG_GETARG_INT64(1) != PG_GETARG_INT64(2) ? COMPLIANCE_MET : COMPLIANCE_MISSED);
}

Datum
salesops_duplicate_rate_transfn_uuid(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return incomplete(fcinfo);
	return compliance_add(fcinfo, memcmp(PG_GETARG_UUID_P(1)->data, PG_GETARG_UUID_P(2)->data, UUID_LEN) != 0
						  ? COMPLIANCE_MET : COMPLIANCE_MISSED);
}

Datum
salesops_duplicate_rate_transfn_text(PG_FUNCTION_ARGS)
{
	text	   *record;
	text	   *cluster;
	bool		same;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return incomplete(fcinfo);
	record = PG_GETARG_TEXT_PP(1);
	cluster = PG_GETARG_TEXT_PP(2);
	same = VARSIZE_ANY_EXHDR(record) == VARSIZE_ANY_EXHDR(cluster) &&
		memcmp(VARDATA_ANY(record), VARDATA_ANY(cluster), VARSIZE_ANY_EXHDR(record)) == 0;
	return compliance_add(fcinfo, same ? COMPLIANCE_MISSED : COMPLIANCE_MET);
}
