/*
 * issue_list.c
 *		Lists of reason codes, as hygiene_issues returns them: has_issue, issue_count, merge_issues, hygiene_compliance.
 *
 * A list is a text, so that every tool can show and filter it: codes in the order of their bytes, each once, with a comma between each two;
 * NULL where nothing is wrong.  An empty text is the same, and so is one of commas.
 *
 * Worked example: merge_issues("stale,zero_amount", NULL, "missing_budget,stale") is missing_budget,stale,zero_amount.
 */
#include "hygiene/issue_list.h"

#include "catalog/pg_type.h"
#include "core/compliance.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

/* In one list; as an array, 16 MB. */
#define MAX_CODES 1000000

SALESOPS_FUNCTION(salesops_has_issue);
SALESOPS_FUNCTION(salesops_issue_count);
SALESOPS_FUNCTION(salesops_merge_issues);

/* The next code of a list; false at its end.  Empty ones are none. */
bool
issue_list_next(const char **p, const char *end, const char **code, int *length)
{
	while (*p < end)
	{
		const char *comma = memchr(*p, ',', end - *p);

		*code = *p;
		*length = (int) ((comma != NULL ? comma : end) - *p);
		*p = *code + *length + 1;
		if (*length > 0)
			return true;
	}
	return false;
}

/* (issues text, code text) */
Datum
salesops_has_issue(PG_FUNCTION_ARGS)
{
	text	   *wanted;
	text	   *issues;
	const char *p;
	const char *end;
	const char *code;
	int			length;

	if (PG_ARGISNULL(1))
		PG_RETURN_NULL();
	wanted = PG_GETARG_TEXT_PP(1);
	if (VARSIZE_ANY_EXHDR(wanted) == 0 || memchr(VARDATA_ANY(wanted), ',', VARSIZE_ANY_EXHDR(wanted)) != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("this is not one code: \"%.*s\"", pg_mbcliplen(VARDATA_ANY(wanted), (int) VARSIZE_ANY_EXHDR(wanted), 60), VARDATA_ANY(wanted)),
				 errdetail("A code has a character at least, and no comma."),
				 errhint("Ask for one code at a time: has_issue(issues, 'stale') OR has_issue(issues, 'aged_in_stage').")));
	if (PG_ARGISNULL(0))
		PG_RETURN_BOOL(false);
	issues = PG_GETARG_TEXT_PP(0);
	p = VARDATA_ANY(issues);
	end = p + VARSIZE_ANY_EXHDR(issues);
	while (issue_list_next(&p, end, &code, &length))
		if (length == (int) VARSIZE_ANY_EXHDR(wanted) && memcmp(code, VARDATA_ANY(wanted), length) == 0)
			PG_RETURN_BOOL(true);
	PG_RETURN_BOOL(false);
}

static int32
count_codes(const char *codes, int size)
{
	const char *p = codes;
	const char *end = p + size;
	const char *code;
	int			length;
	int32		n = 0;

	while (issue_list_next(&p, end, &code, &length))
		n++;
	return n;
}

static int32
count_issues(const text *issues)
{
	return count_codes(VARDATA_ANY(issues), (int) VARSIZE_ANY_EXHDR(issues));
}

Datum
salesops_issue_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(PG_ARGISNULL(0) ? 0 : count_issues(PG_GETARG_TEXT_PP(0)));
}

typedef struct CodeSpan
{
	const char *bytes;
	int			length;
} CodeSpan;

static int
compare_codes(const void *a, const void *b)
{
	const CodeSpan *left = a;
	const CodeSpan *right = b;
	int			result = memcmp(left->bytes, right->bytes, Min(left->length, right->length));

	return result != 0 ? result : left->length - right->length;
}

/* The codes of a list in order, each once; NULL for none. */
text *
issue_list_merged(const char *codes, int size)
{
	const char *p = codes;
	const char *end = p + size;
	int			most = count_codes(codes, size);
	int			n = 0;
	CodeSpan   *spans;
	StringInfoData out;

	if (most == 0)
		return NULL;
	if (most > MAX_CODES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a list of %d reason codes is too long", most),
				 errdetail("At most %d are put in order.", MAX_CODES),
				 errhint("merge_issues joins the issues of one record: count_issues counts those of many.")));
	spans = palloc(most * sizeof(CodeSpan));
	while (n < most && issue_list_next(&p, end, &spans[n].bytes, &spans[n].length))
		n++;
	qsort(spans, n, sizeof(CodeSpan), compare_codes);
	initStringInfo(&out);
	for (int i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (i > 0 && compare_codes(&spans[i], &spans[i - 1]) == 0)
			continue;
		if (out.len > 0)
			appendStringInfoChar(&out, ',');
		appendBinaryStringInfo(&out, spans[i].bytes, spans[i].length);
	}
	return cstring_to_text_with_len(out.data, out.len);
}

/* (VARIADIC lists text[]) */
Datum
salesops_merge_issues(PG_FUNCTION_ARGS)
{
	Datum	   *lists;
	bool	   *nulls;
	int			n;
	StringInfoData codes;
	text	   *result;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), TEXTOID, -1, false, TYPALIGN_INT, &lists, &nulls, &n);
	initStringInfo(&codes);
	for (int i = 0; i < n; i++)
		if (!nulls[i])
		{
			text	   *list = DatumGetTextPP(lists[i]);

			appendStringInfoChar(&codes, ',');
			appendBinaryStringInfo(&codes, VARDATA_ANY(list), (int) VARSIZE_ANY_EXHDR(list));
		}
	result = issue_list_merged(codes.data, codes.len);
	if (result == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(result);
}

SALESOPS_FUNCTION(salesops_hygiene_compliance_transfn);

/* (state compliance, issues text): a record without issues has what is asked of it */
Datum
salesops_hygiene_compliance_transfn(PG_FUNCTION_ARGS)
{
	return compliance_add(fcinfo, PG_ARGISNULL(1) || count_issues(PG_GETARG_TEXT_PP(1)) == 0 ? COMPLIANCE_MET : COMPLIANCE_MISSED);
}
