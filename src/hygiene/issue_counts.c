/*
 * issue_counts.c
 *		The type issue_counts: how many records have which issue, and what amounts are in them; issue_breakdown, the Pareto of causes.
 *
 * One row for each record: its list of issues (issue_list.c), and its amount.  The summary keeps the number of records, of those with
 * issues, and for each code its records and their amounts; a record with three issues counts with each of the three, so the codes add
 * up to more than the records do.  Records without an amount count, and so do those whose amount is no number, which is an issue of
 * its own.
 *
 * There are few codes, some dozens: they stand in the order of their names' bytes, and are found by binary search.  While the value is
 * built there is free room behind them, as growing.h has it; names are put one behind the other in the order in which they came, in
 * the stored form in that of the codes.
 *
 * Text form: {"issue_counts": 1, "records": 10, "with_issues": 4, "with_amount": 9, "amount": 900, "with_amount_at_risk": 4,
 * "amount_at_risk": 300, "issues": [["stale", 3, 3, 250], ["zero_amount", 1, 1, 0]]}: code, records, of these with an amount, their amount.
 *
 * Worked example: of four deals one is stale (100), one stale and missing_next_step (50), two are right (30, 20): stale 2 records,
 * share 0.5, amount 150; missing_next_step 1, 0.25, 50; at risk 150 of 200.
 */
#include "core/compat.h"

#include "core/aggregate.h"
#include "core/guard.h"
#include "core/literal.h"
#include "core/summary.h"
#include "funcapi.h"
#include "hygiene/amount_sign.h"
#include "hygiene/issue_list.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"

/* Records with their amounts. */
typedef struct IssueTotal
{
	int64		records;
	int64		with_amount;
	ExactSum	amount;
} IssueTotal;

typedef struct IssueLabel
{
	IssueTotal	total;
	uint32		name;			/* where it begins among the names */
	uint32		length;
} IssueLabel;

typedef struct IssueCounts
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		building;		/* a state of the aggregate: with free room, and its names as they came */
	uint8		unused[2];
	uint32		nlabels;
	uint32		capacity;
	uint32		names_size;
	uint32		names_room;
	IssueTotal	all;
	IssueTotal	at_risk;		/* records with issues */
	IssueLabel	labels[FLEXIBLE_ARRAY_MEMBER];	/* then the names */
} IssueCounts;

#define COUNTS_VERSION 1
#define TYPE_NAME "issue_counts"
#define MAX_LABELS 1000
#define MAX_CODE_BYTES 400

/* The longest text form: each code of control characters, written as six characters each, two counts and an amount. */
#define MAX_LITERAL (4 * 1024 * 1024)
#define MAX_LITERAL_VALUES (5 * MAX_LABELS + 16)

#define FIRST_LABELS 8
#define FIRST_ROOM 160

#define LITERAL_FORM "Write it as {\"issue_counts\": 1, \"records\": 10, \"with_issues\": 3, ..., \"issues\": [[\"stale\", 3, 3, 250], ...]}: records, with amount, amount."

/* ---- layout ---- */

static inline Size
names_offset(const IssueCounts *counts)
{
	return offsetof(IssueCounts, labels) + counts->capacity * sizeof(IssueLabel);
}

static inline const char *
label_name(const IssueCounts *counts, const IssueLabel *label)
{
	return (const char *) counts + names_offset(counts) + label->name;
}

/* A copy with room for so many labels and so many bytes of names, or where `from` is NULL a value without anything. */
static IssueCounts *
counts_copy(const IssueCounts *from, uint32 capacity, uint32 names_room, bool building)
{
	Size		size = offsetof(IssueCounts, labels) + capacity * sizeof(IssueLabel) + names_room;
	IssueCounts *counts = palloc0(size);

	if (from != NULL)
	{
		*counts = *from;
		counts->names_size = 0;
	}
	SET_VARSIZE(counts, size);
	counts->version = COUNTS_VERSION;
	counts->building = building;
	counts->capacity = capacity;
	counts->names_room = names_room;
	for (uint32 i = 0; from != NULL && i < from->nlabels; i++)
	{
		IssueLabel *label = &counts->labels[i];

		*label = from->labels[i];
		label->name = counts->names_size;
		memcpy((char *) counts + names_offset(counts) + label->name, label_name(from, &from->labels[i]), label->length);
		counts->names_size += label->length;
	}
	return counts;
}

static const IssueCounts *
counts_checked(const IssueCounts *counts)
{
	if (VARSIZE(counts) < offsetof(IssueCounts, labels) || counts->version != COUNTS_VERSION || counts->nlabels > counts->capacity ||
		counts->capacity > 2 * MAX_LABELS || counts->names_size > counts->names_room ||
		VARSIZE(counts) != names_offset(counts) + counts->names_room)
		guard_damaged(TYPE_NAME);
	return counts;
}

static IssueCounts *
counts_first(void)
{
	return counts_copy(NULL, FIRST_LABELS, FIRST_ROOM, true);
}

static IssueCounts *
counts_grown(const IssueCounts *from)
{
	return counts_copy(from, Max(from->nlabels, FIRST_LABELS), Max(from->names_size, FIRST_ROOM), true);
}

static IssueCounts *
counts_canonical(const IssueCounts *from)
{
	IssueCounts *counts = counts_copy(from, from->nlabels, from->names_size, false);

	exact_sum_canonicalize(&counts->all.amount);
	exact_sum_canonicalize(&counts->at_risk.amount);
	for (uint32 i = 0; i < counts->nlabels; i++)
		exact_sum_canonicalize(&counts->labels[i].total.amount);
	return counts;
}

#define GROWING_TYPE IssueCounts
#define GROWING(name) counts_##name
#include "core/growing.h"

static void
too_many_codes(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("an issue_counts has too many different codes"),
			 errdetail("At most %d are possible.", MAX_LABELS),
			 errhint("Codes are separated by commas, as hygiene_issues writes them; texts that differ with every record are none.")));
}

/* The label of a code, made where there is none; the state may be another one afterwards. */
static IssueLabel *
counts_label(IssueCounts **counts_ref, const char *code, int length)
{
	IssueCounts *counts = *counts_ref;
	uint32		low = 0;
	uint32		high = counts->nlabels;
	IssueLabel *label;

	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;
		int			order;

		label = &counts->labels[middle];
		order = memcmp(label_name(counts, label), code, Min((int) label->length, length));
		if (order == 0)
			order = (int) label->length - length;
		if (order == 0)
			return label;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}

	if (length > MAX_CODE_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a code is too long: \"%.*s...\"", pg_mbcliplen(code, length, 60), code),
				 errdetail("A code has at most %d bytes.", MAX_CODE_BYTES),
				 errhint("Codes are separated by commas, as hygiene_issues writes them.")));
	if (counts->nlabels >= MAX_LABELS)
		too_many_codes();
	if (counts->nlabels == counts->capacity || counts->names_size + length > counts->names_room)
		*counts_ref = counts = counts_copy(counts, Max(2 * counts->nlabels, counts->capacity),
										   Max(2 * (counts->names_size + length), counts->names_room), true);
	label = &counts->labels[low];
	memmove(label + 1, label, (counts->nlabels - low) * sizeof(IssueLabel));
	memset(label, 0, sizeof(IssueLabel));
	label->name = counts->names_size;
	label->length = length;
	memcpy((char *) counts + names_offset(counts) + counts->names_size, code, length);
	counts->names_size += length;
	counts->nlabels++;
	return label;
}

/* ---- the aggregate ---- */

SALESOPS_FUNCTION(salesops_count_issues_transfn);
SALESOPS_FUNCTION(salesops_issue_counts_combinefn);
SALESOPS_FUNCTION(salesops_issue_counts_finalfn);

static void
add_record(IssueTotal *total, ExactSumAdd add_amount, NullableDatum amount)
{
	if (unlikely(++total->records > SUMMARY_MAX_COUNT))
		summary_count_error(TYPE_NAME);
	if (amount.isnull)
		return;
	total->with_amount++;
	add_amount(&total->amount, amount.value);
}

static Datum
count_issues_transfn(FunctionCallInfo fcinfo, ExactSumAdd add_amount, NullableDatum amount)
{
	IssueCounts *counts = counts_state(fcinfo);
	bool		any = false;

	if (!PG_ARGISNULL(1))
	{
		text	   *issues = PG_GETARG_TEXT_PP(1);
		const char *p = VARDATA_ANY(issues);
		const char *end = p + VARSIZE_ANY_EXHDR(issues);
		const char *code;
		int			length;
		const char *before = NULL;
		int			before_length = 0;

		while (issue_list_next(&p, end, &code, &length))
		{
			/* each code once, which lists of ours have in order; others are put in order first */
			if (before != NULL)
			{
				int			order = memcmp(before, code, Min(before_length, length));

				if (order > 0 || (order == 0 && before_length >= length))
				{
					issues = issue_list_merged(VARDATA_ANY(issues), (int) VARSIZE_ANY_EXHDR(issues));
					break;
				}
			}
			before = code;
			before_length = length;
		}
		p = VARDATA_ANY(issues);
		end = p + VARSIZE_ANY_EXHDR(issues);
		while (issue_list_next(&p, end, &code, &length))
		{
			add_record(&counts_label(&counts, code, length)->total, add_amount, amount);
			any = true;
		}
	}
	add_record(&counts->all, add_amount, amount);
	if (any)
		add_record(&counts->at_risk, add_amount, amount);
	return counts_result(fcinfo, counts);
}

/* (state, issues text) */
Datum
salesops_count_issues_transfn(PG_FUNCTION_ARGS)
{
	return count_issues_transfn(fcinfo, NULL, (NullableDatum) {0, true});
}

/* (state, issues text, amount), for each type of amount */
#define COUNT_ISSUES_TRANSFN(type) \
	SALESOPS_FUNCTION(salesops_count_issues_transfn_##type); \
	Datum salesops_count_issues_transfn_##type(PG_FUNCTION_ARGS) \
	{ \
		NullableDatum amount = {PG_GETARG_DATUM(2), PG_ARGISNULL(2) || amount_sign_##type(PG_GETARG_DATUM(2)) == AMOUNT_INVALID}; \
		return count_issues_transfn(fcinfo, exact_sum_add_##type, amount); \
	} \
	extern int	no_such_variable

COUNT_ISSUES_TRANSFN(numeric);
COUNT_ISSUES_TRANSFN(float8);
COUNT_ISSUES_TRANSFN(int8);

static void
merge_totals(IssueTotal *total, const IssueTotal *other)
{
	total->records = summary_add_counts(total->records, other->records, "records", TYPE_NAME);
	total->with_amount += other->with_amount;
	exact_sum_merge(&total->amount, &other->amount);
}

/* Combine function, and transition function of merge(): either side may be NULL. */
Datum
salesops_issue_counts_combinefn(PG_FUNCTION_ARGS)
{
	const IssueCounts *other;
	IssueCounts *counts;

	if (PG_ARGISNULL(1))
		return summary_unchanged(fcinfo);
	other = counts_any(fcinfo, 1);
	counts = counts_state(fcinfo);
	for (uint32 i = 0; i < other->nlabels; i++)
	{
		const IssueLabel *from = &other->labels[i];

		merge_totals(&counts_label(&counts, label_name(other, from), (int) from->length)->total, &from->total);
	}
	merge_totals(&counts->all, &other->all);
	merge_totals(&counts->at_risk, &other->at_risk);
	return counts_result(fcinfo, counts);
}

Datum
salesops_issue_counts_finalfn(PG_FUNCTION_ARGS)
{
	return counts_final(fcinfo);
}

/* ---- readers ---- */

SALESOPS_FUNCTION(salesops_records_judged);
SALESOPS_FUNCTION(salesops_records_with_issues);
SALESOPS_FUNCTION(salesops_amount_at_risk);
SALESOPS_FUNCTION(salesops_hygiene_compliance_counts);
SALESOPS_FUNCTION(salesops_issue_breakdown);

Datum
salesops_records_judged(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(counts_any(fcinfo, 0)->all.records);
}

Datum
salesops_records_with_issues(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(counts_any(fcinfo, 0)->at_risk.records);
}

/* NULL where no record has an amount. */
Datum
salesops_amount_at_risk(PG_FUNCTION_ARGS)
{
	const IssueCounts *counts = counts_arg(fcinfo, 0);

	if (counts->all.with_amount == 0)
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(exact_sum_numeric(&counts->at_risk.amount));
}

Datum
salesops_hygiene_compliance_counts(PG_FUNCTION_ARGS)
{
	const IssueCounts *counts = counts_any(fcinfo, 0);

	if (counts->all.records == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) (counts->all.records - counts->at_risk.records) / (double) counts->all.records);
}

/* By records, most first; labels stand in the order of their codes, which decides between equals. */
static int
compare_by_records(const void *a, const void *b)
{
	const IssueLabel *left = *(const IssueLabel *const *) a;
	const IssueLabel *right = *(const IssueLabel *const *) b;

	if (left->total.records != right->total.records)
		return left->total.records > right->total.records ? -1 : 1;
	return left < right ? -1 : 1;
}

/* A row for each code: issue, records, share of all records, share of the issues up to here, amount, share of all amounts. */
Datum
salesops_issue_breakdown(PG_FUNCTION_ARGS)
{
	const IssueCounts *counts = counts_arg(fcinfo, 0);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const IssueLabel **sorted = palloc(Max(counts->nlabels, 1) * sizeof(IssueLabel *));
	double		issues = 0;
	double		so_far = 0;

	InitMaterializedSRF(fcinfo, 0);
	for (uint32 i = 0; i < counts->nlabels; i++)
	{
		sorted[i] = &counts->labels[i];
		issues += (double) sorted[i]->total.records;
	}
	qsort(sorted, counts->nlabels, sizeof(IssueLabel *), compare_by_records);
	for (uint32 i = 0; i < counts->nlabels; i++)
	{
		const IssueLabel *label = sorted[i];
		bool		has_amount = counts->all.with_amount > 0;
		bool		has_share = has_amount && exact_sum_sign(&counts->all.amount) != 0;
		Datum		values[6] = {0};
		bool		nulls[6] = {false, false, false, false, !has_amount, !has_share};

		CHECK_FOR_INTERRUPTS();
		so_far += (double) label->total.records;
		values[0] = PointerGetDatum(cstring_to_text_with_len(label_name(counts, label), (int) label->length));
		values[1] = Int64GetDatum(label->total.records);
		values[2] = Float8GetDatum((double) label->total.records / (double) counts->all.records);
		values[3] = Float8GetDatum(so_far / issues);
		if (has_amount)
			values[4] = NumericGetDatum(exact_sum_numeric(&label->total.amount));
		if (has_share)
			values[5] = Float8GetDatum(exact_sum_ratio(&label->total.amount, &counts->all.amount));
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	PG_RETURN_NULL();
}

/* ---- what must hold of a value that comes from outside ---- */

/* What is wrong with a total, or NULL. */
static const char *
total_fault(const IssueTotal *total)
{
	if (total->records < 0 || total->records > SUMMARY_MAX_COUNT || total->with_amount < 0 || total->with_amount > total->records)
		return "A count is out of range, or more records have an amount than there are.";
	if (!exact_sum_is_valid(&total->amount))
		return "An amount is none.";
	if (total->with_amount == 0 && (exact_sum_sign(&total->amount) != 0 || total->amount.dscale != 0))
		return "There is an amount, and no record that has one.";
	return NULL;
}

/* Adds a code that came from outside; says what is wrong with it, or NULL. */
static const char *
add_label(IssueCounts **counts, const char *code, int length, const IssueTotal *total)
{
	uint32		before = (*counts)->nlabels;
	IssueLabel *label;
	const char *fault = total_fault(total);

	if (fault != NULL)
		return fault;
	if (length == 0 || memchr(code, ',', length) != NULL)
		return "A code is empty or has a comma.";
	label = counts_label(counts, code, length);
	if ((*counts)->nlabels == before)
		return "A code appears twice.";
	if (total->records == 0)
		return "A code has no records.";
	if (total->records > (*counts)->at_risk.records || total->with_amount > (*counts)->at_risk.with_amount)
		return "A code has more records than there are with issues.";
	label->total = *total;
	return NULL;
}

/* To be asked before the codes come, and once they are there. */
static const char *
totals_fault(const IssueCounts *counts)
{
	const char *fault = total_fault(&counts->all);

	if (fault == NULL)
		fault = total_fault(&counts->at_risk);
	if (fault == NULL && (counts->at_risk.records > counts->all.records || counts->at_risk.with_amount > counts->all.with_amount))
		fault = "More records have issues than there are.";
	return fault;
}

static const char *
labels_fault(const IssueCounts *counts)
{
	int128		issues = 0;

	for (uint32 i = 0; i < counts->nlabels; i++)
		issues += counts->labels[i].total.records;
	/* each record with issues has a code */
	if (issues < counts->at_risk.records)
		return "More records have issues than the codes account for.";
	return NULL;
}

/* ---- text form ---- */

SALESOPS_FUNCTION(salesops_issue_counts_in);
SALESOPS_FUNCTION(salesops_issue_counts_out);

static void
read_amount(IssueTotal *total, const JsonbValue *value, const char *key, LiteralPlace at)
{
	if (value == NULL)
		return;
	exact_sum_add_numeric(&total->amount, NumericGetDatum(literal_numeric(value, key, at)));
	exact_sum_canonicalize(&total->amount);
}

static int64
read_count(JsonbContainer *json, const char *key, LiteralPlace at)
{
	const JsonbValue *value = literal_get(json, key);

	return value != NULL ? literal_count(value, key, at) : 0;
}

Datum
salesops_issue_counts_in(PG_FUNCTION_ARGS)
{
	static const char *const keys[] = {TYPE_NAME, "records", "with_issues", "with_amount", "amount", "with_amount_at_risk", "amount_at_risk", "issues"};
	LiteralPlace at = {TYPE_NAME, NULL};
	JsonbContainer *json = literal_parse(PG_GETARG_CSTRING(0), MAX_LITERAL, MAX_LITERAL_VALUES, TYPE_NAME);
	IssueCounts *counts = counts_first();
	JsonbValue *value;
	const char *fault;

	literal_check_version(json, COUNTS_VERSION, LITERAL_FORM, at);
	literal_check_keys(json, keys, lengthof(keys), at);
	counts->all.records = read_count(json, "records", at);
	counts->at_risk.records = read_count(json, "with_issues", at);
	counts->all.with_amount = read_count(json, "with_amount", at);
	counts->at_risk.with_amount = read_count(json, "with_amount_at_risk", at);
	read_amount(&counts->all, literal_get(json, "amount"), "amount", at);
	read_amount(&counts->at_risk, literal_get(json, "amount_at_risk"), "amount_at_risk", at);
	fault = totals_fault(counts);
	value = literal_get(json, "issues");
	if (fault == NULL && value != NULL)
	{
		JsonbContainer *list = literal_container(value, true, "issues", at);
		uint32		n = JsonContainerSize(list);
		JsonbIterator *it = JsonbIteratorInit(list);
		JsonbValue	item;

		if (n > MAX_LABELS)
			too_many_codes();
		(void) JsonbIteratorNext(&it, &item, true); /* WJB_BEGIN_ARRAY */
		for (uint32 i = 0; i < n; i++)
		{
			JsonbContainer *row;
			IssueTotal	total = {0};
			char	   *code;

			CHECK_FOR_INTERRUPTS();
			(void) JsonbIteratorNext(&it, &item, true);
			at.place = psprintf("issue %u", i + 1);
			row = literal_container(&item, true, "issues", at);
			if (JsonContainerSize(row) != 4)
				literal_error(at, "It is not a code with two counts and an amount.", LITERAL_FORM);
			code = literal_string(getIthJsonbValueFromContainer(row, 0), "issues", at);
			total.records = literal_count(getIthJsonbValueFromContainer(row, 1), "issues", at);
			total.with_amount = literal_count(getIthJsonbValueFromContainer(row, 2), "issues", at);
			read_amount(&total, getIthJsonbValueFromContainer(row, 3), "issues", at);
			fault = add_label(&counts, code, (int) strlen(code), &total);
			if (fault != NULL)
				literal_error(at, fault, LITERAL_FORM);
		}
		at.place = NULL;
	}
	if (fault == NULL)
		fault = labels_fault(counts);
	if (fault != NULL)
		literal_error(at, fault, LITERAL_FORM);
	PG_RETURN_POINTER(counts_canonical(counts));
}

static void
put_amount(StringInfo out, const IssueTotal *total)
{
	appendStringInfoString(out, DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(exact_sum_numeric(&total->amount)))));
}

/* Counts and amounts of which there is something. */
static void
put_total(StringInfo out, const char *count_key, const char *amount_key, const IssueTotal *total)
{
	literal_put_count(out, count_key, total->with_amount);
	if (total->with_amount == 0)
		return;
	literal_put_key(out, amount_key);
	put_amount(out, total);
}

Datum
salesops_issue_counts_out(PG_FUNCTION_ARGS)
{
	const IssueCounts *counts = counts_arg(fcinfo, 0);
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "{\"%s\": %d", TYPE_NAME, COUNTS_VERSION);
	literal_put_count(&out, "records", counts->all.records);
	literal_put_count(&out, "with_issues", counts->at_risk.records);
	put_total(&out, "with_amount", "amount", &counts->all);
	put_total(&out, "with_amount_at_risk", "amount_at_risk", &counts->at_risk);
	if (counts->nlabels > 0)
		literal_put_key(&out, "issues");
	for (uint32 i = 0; i < counts->nlabels; i++)
	{
		const IssueLabel *label = &counts->labels[i];

		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(&out, i == 0 ? "[[" : ", [");
		literal_put_string(&out, label_name(counts, label), (int) label->length);
		appendStringInfo(&out, ", " INT64_FORMAT ", " INT64_FORMAT ", ", label->total.records, label->total.with_amount);
		put_amount(&out, &label->total);
		appendStringInfoChar(&out, ']');
	}
	if (counts->nlabels > 0)
		appendStringInfoChar(&out, ']');
	appendStringInfoChar(&out, '}');
	PG_RETURN_CSTRING(out.data);
}

/* ---- binary form: version, the two totals, the number of codes, and each with its name and its total ---- */

SALESOPS_FUNCTION(salesops_issue_counts_recv);
SALESOPS_FUNCTION(salesops_issue_counts_send);

static void
send_total(StringInfo out, const IssueTotal *total)
{
	pq_sendint64(out, total->records);
	pq_sendint64(out, total->with_amount);
	summary_send_sum(out, &total->amount);
}

static void
receive_total(StringInfo in, IssueTotal *total)
{
	total->records = pq_getmsgint64(in);
	total->with_amount = pq_getmsgint64(in);
	summary_recv_sum(in, &total->amount);
}

Datum
salesops_issue_counts_send(PG_FUNCTION_ARGS)
{
	const IssueCounts *counts = counts_arg(fcinfo, 0);
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbyte(&out, COUNTS_VERSION);
	send_total(&out, &counts->all);
	send_total(&out, &counts->at_risk);
	pq_sendint32(&out, counts->nlabels);
	for (uint32 i = 0; i < counts->nlabels; i++)
	{
		CHECK_FOR_INTERRUPTS();
		salesops_sendcountedtext(&out, label_name(counts, &counts->labels[i]), (int) counts->labels[i].length);
		send_total(&out, &counts->labels[i].total);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

Datum
salesops_issue_counts_recv(PG_FUNCTION_ARGS)
{
	StringInfo	in = (StringInfo) PG_GETARG_POINTER(0);
	IssueCounts *counts = counts_first();
	const char *fault;
	uint32		n;

	guard_version(in, COUNTS_VERSION, TYPE_NAME);
	receive_total(in, &counts->all);
	receive_total(in, &counts->at_risk);
	fault = totals_fault(counts);
	if (fault != NULL)
		guard_binary(TYPE_NAME, fault);
	n = pq_getmsgint(in, 4);
	if (n > MAX_LABELS)
		too_many_codes();
	for (uint32 i = 0; i < n; i++)
	{
		int			length;
		char	   *code = pq_getmsgtext(in, (int) pq_getmsgint(in, 4), &length);
		IssueTotal	total = {0};

		CHECK_FOR_INTERRUPTS();
		receive_total(in, &total);
		fault = add_label(&counts, code, length, &total);
		if (fault != NULL)
			guard_binary(TYPE_NAME, fault);
		pfree(code);
	}
	fault = labels_fault(counts);
	if (fault != NULL)
		guard_binary(TYPE_NAME, fault);
	PG_RETURN_POINTER(counts_canonical(counts));
}
