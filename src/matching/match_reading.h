/*
 * match_reading.h
 *		Keys of records as they are read to be compared, kept for the next comparison.  See match_reading.c.
 */
#ifndef SALESOPS_MATCH_READING_H
#define SALESOPS_MATCH_READING_H

#include "matching/address.h"
#include "matching/company.h"
#include "matching/match_record.h"
#include "matching/person.h"

/* A key as read: a name or an address, by the role of its column. */
typedef struct MatchReading
{
	MemoryContext context;		/* of what it allocates: longer lived than a comparison */
	bool		read;
	bool		there;			/* is there anything in it? */
	union
	{
		CompanyName company;
		PersonName	person;
		Address		address;
	}			of;
} MatchReading;

typedef struct MatchReadings MatchReadings;

extern MatchReadings *match_readings_new(const MatchRule *rule);

/* Of a pair of records those of each column; NULL where the role needs none. */
extern void match_readings_find(MatchReadings *readings, const MatchRecord *a, const MatchRecord *b, MatchReading *const **of_a,
					MatchReading *const **of_b);

extern double match_reading_similarity(MatchAs as, MatchReading *a, MatchReading *b, text *key_a, text *key_b);

#endif							/* SALESOPS_MATCH_READING_H */
