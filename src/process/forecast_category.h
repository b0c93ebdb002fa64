/*
 * forecast_category.h
 *		The forecast categories, weakest to strongest, and their spellings.  See forecast_category.c.
 */
#ifndef SALESOPS_FORECAST_CATEGORY_H
#define SALESOPS_FORECAST_CATEGORY_H

#include "core/compat.h"

typedef enum ForecastCategory
{
	CATEGORY_UNKNOWN = -1,
	CATEGORY_OMITTED = 0,
	CATEGORY_PIPELINE,
	CATEGORY_BEST_CASE,
	CATEGORY_MOST_LIKELY,
	CATEGORY_COMMIT,
	CATEGORY_CLOSED
} ForecastCategory;

#define FORECAST_CATEGORIES (CATEGORY_CLOSED + 1)

extern const char *const forecast_category_names[FORECAST_CATEGORIES];

extern ForecastCategory forecast_category_lookup(const char *label, int length);
extern ForecastCategory forecast_category_require(const char *label, int length);
extern bool forecast_category_is_blank(const char *label, int length);

/* The category that is an argument: CATEGORY_UNKNOWN where it is NULL or blank, an error where it is no category. */
static inline ForecastCategory
forecast_category_arg(FunctionCallInfo fcinfo, int argument)
{
	text	   *label;
	ForecastCategory category;

	if (PG_ARGISNULL(argument))
		return CATEGORY_UNKNOWN;
	label = PG_GETARG_TEXT_PP(argument);
	category = forecast_category_lookup(VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label));
	if (unlikely(category == CATEGORY_UNKNOWN) && !forecast_category_is_blank(VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label)))
		category = forecast_category_require(VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label));
	return category;
}

#endif							/* SALESOPS_FORECAST_CATEGORY_H */
