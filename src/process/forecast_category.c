/*
 * forecast_category.c
 *		The forecast categories, weakest to strongest, and their spellings.
 *
 * Canonical: omitted < pipeline < best_case < most_likely < commit < closed, ranks 0 to 5.  What CRMs write is
 * recognised whatever its case and punctuation, since an export may carry labels or API values:
 *
 *		Salesforce	Omitted, Pipeline, BestCase / Best Case, MostLikely / Most Likely, Commit and its API value
 *					Forecast, Closed (ForecastCategory and ForecastCategoryName of Opportunity)
 *		HubSpot		OMIT, PIPELINE, BEST_CASE, COMMIT, CLOSED (hs_manual_forecast_category)
 *		Dynamics	Pipeline, Best case, Committed, Omitted, Won, Lost, and the option codes 100000001 to 100000006
 *					(msdyn_forecastcategory)
 *
 * Anything else is an error with a hint: a category that nobody defined must not end up in a total.  try_forecast_category gives NULL instead, for
 * a live sheet over a raw table, which one such label would stop.
 *
 * Worked example: "Best Case", "BestCase", "best-case", "BEST_CASE" and 100000002 are all best_case, rank 2.
 */
#include "process/forecast_category.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"

const char *const forecast_category_names[FORECAST_CATEGORIES] = {
	"omitted", "pipeline", "best_case", "most_likely", "commit", "closed"
};

/* Compares with a length that the compiler knows: a few instructions instead of a call. */
#define IS(bytes, name) (memcmp(bytes, name, sizeof(name) - 1) == 0)

/* The canonical names, which is what a warehouse column should hold. */
static inline ForecastCategory
lookup_canonical(const char *label, int length)
{
	switch (length)
	{
		case 6:
			return IS(label, "commit") ? CATEGORY_COMMIT : IS(label, "closed") ? CATEGORY_CLOSED : CATEGORY_UNKNOWN;
		case 7:
			return IS(label, "omitted") ? CATEGORY_OMITTED : CATEGORY_UNKNOWN;
		case 8:
			return IS(label, "pipeline") ? CATEGORY_PIPELINE : CATEGORY_UNKNOWN;
		case 9:
			return IS(label, "best_case") ? CATEGORY_BEST_CASE : CATEGORY_UNKNOWN;
		case 11:
			return IS(label, "most_likely") ? CATEGORY_MOST_LIKELY : CATEGORY_UNKNOWN;
		default:
			return CATEGORY_UNKNOWN;
	}
}

#define LONGEST_SPELLING 10

/*
 * Any other spelling, without case, blanks and punctuation.  A function of its own, so that the canonical names do
 * not pay for its buffer.
 */
static pg_noinline ForecastCategory
lookup_spelling(const char *label, int length)
{
	char		letters[LONGEST_SPELLING];
	int			n = 0;

	for (int i = 0; i < length; i++)
	{
		char		c = label[i];

		if (unlikely((i & 0xFFFFF) == 0xFFFFF))
			CHECK_FOR_INTERRUPTS();
		if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
		else if (c == ' ' || c == '_' || c == '-' || c == '.' || c == '/' || c == '\t' || c == '\n' || c == '\r')
			continue;
		if (n == LONGEST_SPELLING)
			return CATEGORY_UNKNOWN;
		letters[n++] = c;
	}
	switch (n)
	{
		case 3:
			return IS(letters, "won") ? CATEGORY_CLOSED : CATEGORY_UNKNOWN;
		case 4:
			return IS(letters, "omit") || IS(letters, "lost") ? CATEGORY_OMITTED : CATEGORY_UNKNOWN;
		case 6:
			return IS(letters, "commit") ? CATEGORY_COMMIT : IS(letters, "closed") ? CATEGORY_CLOSED : CATEGORY_UNKNOWN;
		case 7:
			return IS(letters, "omitted") ? CATEGORY_OMITTED : CATEGORY_UNKNOWN;
		case 8:
			return IS(letters, "pipeline") ? CATEGORY_PIPELINE : IS(letters, "bestcase") ? CATEGORY_BEST_CASE :
				IS(letters, "forecast") ? CATEGORY_COMMIT : CATEGORY_UNKNOWN;
		case 9:
			if (IS(letters, "committed"))
				return CATEGORY_COMMIT;
			if (IS(letters, "10000000") && letters[8] >= '1' && letters[8] <= '6')
			{
				static const ForecastCategory option[] = {
					CATEGORY_PIPELINE, CATEGORY_BEST_CASE, CATEGORY_COMMIT, CATEGORY_OMITTED, CATEGORY_CLOSED, CATEGORY_OMITTED
				};

				return option[letters[8] - '1'];
			}
			return CATEGORY_UNKNOWN;
		case 10:
			return IS(letters, "mostlikely") ? CATEGORY_MOST_LIKELY : CATEGORY_UNKNOWN;
		default:
			return CATEGORY_UNKNOWN;
	}
}

/* The category that a label names, or CATEGORY_UNKNOWN. */
ForecastCategory
forecast_category_lookup(const char *label, int length)
{
	ForecastCategory category = lookup_canonical(label, length);

	return likely(category != CATEGORY_UNKNOWN) ? category : lookup_spelling(label, length);
}

/* The same, where an unknown label is an error. */
ForecastCategory
forecast_category_require(const char *label, int length)
{
	ForecastCategory category = forecast_category_lookup(label, length);

	if (unlikely(category == CATEGORY_UNKNOWN))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown forecast category: \"%.*s\"%s", pg_mbcliplen(label, length, 60), label,
						length > 60 ? "..." : ""),
				 errdetail("The categories are omitted, pipeline, best_case, most_likely, commit and closed."),
				 errhint("Labels and API values of Salesforce, HubSpot and Dynamics are understood; map others with CASE, or pass NULL "
						 "where the category is not known.")));
	return category;
}

/* Whether a label holds nothing but white space. */
bool
forecast_category_is_blank(const char *label, int length)
{
	for (int i = 0; i < length; i++)
	{
		if (label[i] != ' ' && label[i] != '\t' && label[i] != '\n' && label[i] != '\r')
			return false;
		if (unlikely((i & 0xFFFFF) == 0xFFFFF))
			CHECK_FOR_INTERRUPTS();
	}
	return true;
}

SALESOPS_FUNCTION(salesops_to_forecast_category);
SALESOPS_FUNCTION(salesops_to_forecast_category_code);
SALESOPS_FUNCTION(salesops_try_forecast_category);
SALESOPS_FUNCTION(salesops_try_forecast_category_code);
SALESOPS_FUNCTION(salesops_forecast_category_rank);

Datum
salesops_to_forecast_category(PG_FUNCTION_ARGS)
{
	text	   *label = PG_GETARG_TEXT_PP(0);
	ForecastCategory category = forecast_category_require(VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label));

	PG_RETURN_TEXT_P(cstring_to_text(forecast_category_names[category]));
}

/* An option code of Dynamics, which its tables hold as an integer. */
Datum
salesops_to_forecast_category_code(PG_FUNCTION_ARGS)
{
	char		code[12];
	ForecastCategory category;

	pg_ltoa(PG_GETARG_INT32(0), code);
	category = forecast_category_require(code, (int) strlen(code));
	PG_RETURN_TEXT_P(cstring_to_text(forecast_category_names[category]));
}

Datum
salesops_try_forecast_category(PG_FUNCTION_ARGS)
{
	text	   *label = PG_GETARG_TEXT_PP(0);
	ForecastCategory category = forecast_category_lookup(VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label));

	if (category == CATEGORY_UNKNOWN)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(forecast_category_names[category]));
}

Datum
salesops_try_forecast_category_code(PG_FUNCTION_ARGS)
{
	char		code[12];
	ForecastCategory category;

	pg_ltoa(PG_GETARG_INT32(0), code);
	category = forecast_category_lookup(code, (int) strlen(code));
	if (category == CATEGORY_UNKNOWN)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(forecast_category_names[category]));
}

Datum
salesops_forecast_category_rank(PG_FUNCTION_ARGS)
{
	text	   *label = PG_GETARG_TEXT_PP(0);

	PG_RETURN_INT32(forecast_category_require(VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label)));
}
