/*
 * survival.h
 *		How long things stay: durations that ended in some way, and durations that are not over.  See survival.c.
 */
#ifndef SALESOPS_SURVIVAL_H
#define SALESOPS_SURVIVAL_H

#include "core/compat.h"

/* The label of a duration that ended, where no more is known of it than that. */
#define SURVIVAL_ENDED "ended"

#define SURVIVAL_MAX_OUTCOMES 100
#define SURVIVAL_MAX_LABEL 400
/* Different pairs of days and outcome in a stored value; a state has room for twice as many. */
#define SURVIVAL_MAX_STEPS 16000000
/* Observations: so many that all counts are exact as float8. */
#define SURVIVAL_MAX_COUNT INT64CONST(999999999999999)

/* So many observations of so many days with one outcome: 0 for those not over (censored), else the number of its label. */
typedef struct SurvivalStep
{
	double		days;
	uint64		word;			/* the outcome in the uppermost 8 bits, the count in the others */
} SurvivalStep;

#define SURVIVAL_COUNT_BITS 56

static inline uint32
survival_step_outcome(const SurvivalStep *step)
{
	return (uint32) (step->word >> SURVIVAL_COUNT_BITS);
}

static inline int64
survival_step_count(const SurvivalStep *step)
{
	return (int64) (step->word & ((UINT64CONST(1) << SURVIVAL_COUNT_BITS) - 1));
}

/*
 * Behind the header: the labels, each its length (uint16) and its bytes, in `labels_room` bytes; then the steps; then, while
 * building, free room.
 */
typedef struct Survival
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		building;		/* a state of the aggregate: unsorted, with free room */
	uint8		nlabels;
	uint8		last;			/* while building: the number of the label met last, or 0 */
	uint32		nsteps;
	uint32		nsorted;		/* so many steps are in order and different */
	uint32		labels_size;
	uint32		labels_room;	/* a multiple of 8 */
	int64		observations;
	int64		incomplete;
	double		data[FLEXIBLE_ARRAY_MEMBER];
} Survival;

static inline SurvivalStep *
survival_steps(const Survival *survival)
{
	return (SurvivalStep *) ((char *) survival + offsetof(Survival, data) + survival->labels_room);
}

/* The label of an outcome, from 1; `length` is set. */
extern const char *survival_label(const Survival *survival, uint32 outcome, uint32 *length);
/* The number of a label, or 0 where there is none. */
extern uint32 survival_find(const Survival *survival, const char *bytes, uint32 length);

/* An argument in the stored form: steps in order of days and of the labels' bytes, each pair once. */
extern const Survival *survival_arg(FunctionCallInfo fcinfo, int argument);
/* The same for core/call_memo.h. */
extern const void *survival_fetch(FunctionCallInfo fcinfo, int argument);
extern const Survival *survival_datum(Datum value);

/* ---- making a value from C: begin, any number of outcomes and additions, finish ---- */

/* Everything is allocated in the context that is current at the time of each call. */
typedef struct SurvivalBuilder
{
	Survival   *value;
} SurvivalBuilder;

extern void survival_begin(SurvivalBuilder *builder);
/* The number of an outcome, which is added where it is new; an error where it is empty, too long, or one too many. */
extern uint32 survival_outcome(SurvivalBuilder *builder, const char *bytes, uint32 length);
/* One observation: finite days from 0, which the caller has checked; 0 for one that is not over. */
extern void survival_add(SurvivalBuilder *builder, double days, uint32 outcome);
/* The stored form; the builder is done with. */
extern Survival *survival_finish(SurvivalBuilder *builder);

/* ---- reading: the steps of the Kaplan-Meier curve, one for each different time ---- */

typedef struct SurvivalCurve
{
	const SurvivalStep *next;
	const SurvivalStep *end;
	const SurvivalStep *first;	/* the steps of this time are from here up to `next` */
	double		days;
	int64		at_risk;		/* of so many days or more */
	int64		ended;
	int64		censored;
	int64		after;			/* at risk after this time */
	double		before;			/* the share still there just before this time */
	double		survival;		/* and after it */
	double		variance;		/* Greenwood's of its logarithm, where the share is not 0 */
} SurvivalCurve;

extern void survival_curve_begin(SurvivalCurve *curve, const Survival *survival);
extern bool survival_curve_next(SurvivalCurve *curve);

/* The curve after some of its steps, evenly apart (survival_read.c), for core/call_memo.h. */
typedef struct SurvivalMark
{
	double		days;
	double		survival;
	double		variance;
	int64		after;
	uint32		next;			/* number of the next step */
} SurvivalMark;

#define SURVIVAL_MARKS 256

typedef struct SurvivalMarks
{
	uint32		n;
	SurvivalMark marks[SURVIVAL_MARKS];
} SurvivalMarks;

/* Makes the SurvivalMarks of a value in the stored form. */
extern void survival_make_marks(const void *value, void *result);

/*
 * What other files read of a value in the stored form; false where there is no answer (an empty value, a curve that does not
 * fall so far).  `marks` are those of the value, or NULL.
 */
/* The share still there after so many days; beyond the last observation the last share is carried on: never less than the truth. */
extern bool survival_at_most(const Survival *survival, const SurvivalMarks *marks, double days, double *share);
/* The days after which a share q has ended, 0 <= q <= 1, by Kaplan-Meier. */
extern bool survival_quantile(const Survival *survival, const SurvivalMarks *marks, double q, double *days);

/* Refuses days that are negative, NaN or infinite. */
extern void survival_guard_days(double days);

#endif							/* SALESOPS_SURVIVAL_H */
