/*
 * words.h
 *		Reading the literals of calendars, which are words: "starts Feb", "Mon-Fri 09:00-17:00 UTC".  See words.c.
 */
#ifndef SALESOPS_WORDS_H
#define SALESOPS_WORDS_H

#include "core/compat.h"

#include "lib/stringinfo.h"
#include "utils/date.h"

typedef struct WordReader
{
	const char *type;			/* SQL type, for messages */
	const char *form;			/* the accepted form, which is the hint of every error */
	const char *next;			/* what is unread behind the current word */
	const char *word;			/* the current word: neither space, comma nor semicolon; or one of these two */
	int			length;			/* 0 at the end of the literal */
} WordReader;

extern void words_start(WordReader *reader, const char *text, size_t max_length);
extern void words_advance(WordReader *reader);
extern bool words_at(const WordReader *reader, const char *word);
extern bool words_accept(WordReader *reader, const char *word);
extern void words_expect(WordReader *reader, const char *word);
extern bool words_number(const WordReader *reader, int least, int most, int *number);
extern DateADT words_date(const WordReader *reader, const char *word, int length);
SALESOPS_NORETURN extern void words_error(const WordReader *reader, const char *detail);
SALESOPS_NORETURN extern void words_error_at(const WordReader *reader, const char *word, int length, const char *detail);

/* The binary form of a calendar: a version, the length of the text form, and the text form. */
extern char *words_receive(StringInfo in, const char *type);
extern bytea *words_send(const char *text);

/* Names in English, by number: months 1 to 12, weekdays 0 (Monday) to 6. */
extern const char *const words_months[13];
extern const char *const words_weekdays[7];

/* The number of a name or of its first letters (at least three), or -1. */
extern int	words_month(const char *word, int length);
extern int	words_weekday(const char *word, int length);

#endif							/* SALESOPS_WORDS_H */
