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

#endif							/* SALESOPS_FORECAST_CATEGORY_H */
