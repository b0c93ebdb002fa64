/*
 * label_set.h
 *		Labels by number: each text once.  See label_set.c.
 */
#ifndef SALESOPS_LABEL_SET_H
#define SALESOPS_LABEL_SET_H

#include "core/compat.h"

#define LABEL_SET_MAX_LABELS 65000
#define LABEL_SET_MAX_BYTES 400

typedef struct Label
{
	uint32		at;				/* in the set's bytes */
	uint32		length;
	uint64		hash;
} Label;

/* Labels are numbered from 1 in the order in which they came; 0 is for what has none. */
typedef struct LabelSet
{
	MemoryContext context;
	char	   *bytes;
	Size		used;
	Size		room;
	Label	   *labels;			/* number 1 is the first */
	uint32		n;
	uint32		labels_room;
	uint16	   *slots;			/* numbers by hash; 0 is free */
	uint32		nslots;			/* a power of two */
} LabelSet;

extern void label_set_init(LabelSet *set, MemoryContext context);
/* The number of a label, which is added where it is new.  `what` names such a label in errors, as in "owner". */
extern uint32 label_set_add(LabelSet *set, const char *bytes, uint32 length, const char *what);
/* The number of a label, or 0 where it is in none. */
extern uint32 label_set_find(const LabelSet *set, const char *bytes, uint32 length);
/* The labels' numbers in the order of their bytes, palloc'd. */
extern uint16 *label_set_sorted(const LabelSet *set);

static inline const char *
label_set_bytes(const LabelSet *set, uint32 number, uint32 *length)
{
	const Label *label = &set->labels[number - 1];

	*length = label->length;
	return set->bytes + label->at;
}

#endif							/* SALESOPS_LABEL_SET_H */
