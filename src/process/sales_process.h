/*
 * sales_process.h
 *		The type sales_process: the policy of one pipeline.  See sales_process.c.
 */
#ifndef SALESOPS_SALES_PROCESS_H
#define SALESOPS_SALES_PROCESS_H

#include "core/compat.h"
#include "process/forecast_category.h"
#include "process/outcome.h"

typedef struct ProcessStage
{
	double		probability;
	double		max_days;		/* PROCESS_NO_LIMIT where there is none */
	int64		position;		/* 1, 2, ... ; while a draft is being aggregated, as the rows gave it */
	uint32		name;			/* offset from the start of the value */
	uint16		name_length;
	uint8		outcome;		/* Outcome */
	uint8		category;		/* the default ForecastCategory */
	uint8		allowed;		/* a bit for each category allowed */
	uint8		unused[7];
} ProcessStage;

/* Behind the stages: uint16 by_name[nstages], the stages in order of name; then the names. */
typedef struct SalesProcess
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		draft;			/* the state of the aggregate: unordered, not yet checked as a whole */
	uint16		nstages;
	ProcessStage stages[FLEXIBLE_ARRAY_MEMBER];
} SalesProcess;

#define PROCESS_NO_LIMIT (-1.0)

extern const SalesProcess *process_arg(FunctionCallInfo fcinfo, int argument);
extern const ProcessStage *process_find(const SalesProcess *process, const char *name, int length);

#endif							/* SALESOPS_SALES_PROCESS_H */
