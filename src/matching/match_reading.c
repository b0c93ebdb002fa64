/*
 * match_reading.c
 *		Keys of records as they are read to be compared, kept for the next comparison.
 *
 * company_similarity(), person_similarity() and address_similarity() first read their two texts: words, legal forms, kinds of streets.
 * Where records are compared by the million, each is compared with the others of its blocks in a row (match_block.c), and its name and
 * address would be read again for each of them: a third of all the time.  So what was read is kept, for the MOST records that were
 * compared last; a block has fewer.
 *
 * Algorithm: SETS sets of two places; a record belongs to one set, by its address in memory, and takes the place there that was not used
 * last.  So of a pair the second never takes the place of the first.  A record may not be freed while readings of it are kept.
 *
 * Memory: 2 kB for each reading, of each column that is a company, a person or an address: 256 kB a column.
 *
 * Worked example: of a block of 20 records, which are 190 pairs, 20 names are read and not 380.
 */
#include "matching/match_reading.h"

#define SETS 64
#define PLACES 2

typedef struct Place
{
	const MatchRecord *record;	/* NULL: none */
	MatchReading **column;		/* NULL: nothing to be read */
} Place;

struct MatchReadings
{
	const MatchRule *rule;
	Place		place[SETS][PLACES];
	int			last[SETS];		/* the place that was used last */
};

static bool
is_read(MatchAs as)
{
	return as == MATCH_AS_COMPANY || as == MATCH_AS_PERSON || as == MATCH_AS_ADDRESS;
}

MatchReadings *
match_readings_new(const MatchRule *rule)
{
	MatchReadings *readings = palloc0(sizeof(MatchReadings));

	readings->rule = rule;
	for (int s = 0; s < SETS; s++)
		for (int k = 0; k < PLACES; k++)
		{
			MatchReading **column = palloc0(rule->ncolumns * sizeof(MatchReading *));

			for (int i = 0; i < rule->ncolumns; i++)
				if (is_read(match_rule_column(rule, i)->as))
				{
					column[i] = palloc(sizeof(MatchReading));
					column[i]->context = CurrentMemoryContext;
					column[i]->read = false;
				}
			readings->place[s][k].column = column;
		}
	return readings;
}

static void
forget(MatchReading *reading, MatchAs as)
{
	if (!reading->read)
		return;
	reading->read = false;
	switch (as)
	{
		case MATCH_AS_COMPANY:
			matching_company_free(&reading->of.company);
			break;
		case MATCH_AS_PERSON:
			person_free(&reading->of.person);
			break;
		default:
			address_free(&reading->of.address);
			break;
	}
}

static MatchReading *const *
find(MatchReadings *readings, const MatchRecord *record)
{
	uint32		s = (uint32) ((uint64) (uintptr_t) record * UINT64CONST(0x9E3779B97F4A7C15) >> 32) % SETS;
	int			k = readings->last[s];
	Place	   *place;

	if (readings->place[s][k].record != record)
		k = 1 - k;
	place = &readings->place[s][k];
	if (place->record != record)
	{
		for (int i = 0; i < readings->rule->ncolumns; i++)
			if (place->column[i] != NULL)
				forget(place->column[i], match_rule_column(readings->rule, i)->as);
		place->record = record;
	}
	readings->last[s] = k;
	return place->column;
}

void
match_readings_find(MatchReadings *readings, const MatchRecord *a, const MatchRecord *b, MatchReading *const **of_a,
					MatchReading *const **of_b)
{
	*of_a = find(readings, a);
	*of_b = find(readings, b);
}

static void
read_key(MatchAs as, MatchReading *reading, text *key)
{
	MemoryContext old;

	if (reading->read)
		return;
	old = MemoryContextSwitchTo(reading->context);
	reading->there = as == MATCH_AS_COMPANY ? matching_company_read(&reading->of.company, key) :
		as == MATCH_AS_PERSON ? person_read(&reading->of.person, key) : address_read(&reading->of.address, key);
	MemoryContextSwitchTo(old);
	reading->read = true;
}

/* What the function of the role gives for the two keys. */
double
match_reading_similarity(MatchAs as, MatchReading *a, MatchReading *b, text *key_a, text *key_b)
{
	CompanyAlignment alignment;

	read_key(as, a, key_a);
	read_key(as, b, key_b);
	if (!a->there || !b->there)
		return 0;
	if (as == MATCH_AS_PERSON)
		return person_names_similarity(&a->of.person, &b->of.person);
	if (as == MATCH_AS_ADDRESS)
		return address_texts_similarity(&a->of.address, &b->of.address);
	matching_company_align(&a->of.company, &b->of.company, &alignment);
	return alignment.score;
}
