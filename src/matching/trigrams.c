/*
 * trigrams.c
 *		The trigrams of a text, the same as pg_trgm has in this database: show_trgm().
 *
 * A text is its words, which are runs of letters and digits, in lower case; each with two spaces before and one behind it gives its
 * groups of three neighbouring characters.  The set of these is what is compared: each counts once.
 *
 * Three characters of one byte are that number of three bytes; others are the first three bytes of a checksum (CRC-32), in
 * which two may meet: the very checksum of pg_trgm, so that they meet here where they meet there.
 *
 * What a letter is, and what it is in lower case, pg_trgm asks the database's locale, and so do we, with its functions.  Everything else
 * in this extension folds text by a table of its own, so that keys mean the same on every server and after every
 * upgrade; signatures have such trigrams (signature.c).  Here nothing is stored, and to be what pg_trgm finds is the purpose.  Words
 * of ASCII, the most of all, are not taken through the locale, if this one lower-cases A to Z as most do (Turkish ones do not).
 *
 * Worked example, Acme & Co.: "  a" " ac" "acm" "cme" "me " "  c" " co" "co ".
 */
#include "matching/trigrams.h"

#include "catalog/pg_collation_d.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/formatting.h"
#include "utils/pg_crc.h"

#define PADDING 3				/* two spaces before a word, one behind it */

static inline int
trigram_compare(const uint32 *a, const uint32 *b)
{
	return *a < *b ? -1 : *a > *b;
}

#define MERGE_SORT_NAME sort_trigrams
#define MERGE_SORT_TYPE uint32
#define MERGE_SORT_COMPARE trigram_compare
#include "core/merge_sort.h"

void
trigrams_init(Trigrams *trigrams)
{
	const char *capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	char	   *lower = salesops_lower(capitals, strlen(capitals));

	memset(trigrams, 0, sizeof(*trigrams));
	trigrams->plain_lower = strcmp(lower, "abcdefghijklmnopqrstuvwxyz") == 0;
	trigrams->room = 256;
	trigrams->trigrams = palloc(trigrams->room * sizeof(uint32));
	pfree(lower);
}

static inline uint32
trigram_of_bytes(const unsigned char *bytes)
{
	return (uint32) bytes[0] << 16 | (uint32) bytes[1] << 8 | bytes[2];
}

static void
make_room(Trigrams *trigrams, uint32 more)
{
	if (likely(trigrams->n + more <= trigrams->room))
		return;
	trigrams->room = trigrams->n + more + trigrams->room / 2;
	trigrams->trigrams = repalloc_huge(trigrams->trigrams, trigrams->room * sizeof(uint32));
}

/* A word of ASCII. */
static inline void
add_plain_word(Trigrams *trigrams, const char *word, int length)
{
	uint32		trigram = ' ' << 8 | ' ';

	make_room(trigrams, length + 1);
	for (int i = 0; i < length; i++)
	{
		unsigned char c = word[i];

		trigram = (trigram << 8 | (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c)) & 0xFFFFFF;
		trigrams->trigrams[trigrams->n++] = trigram;
	}
	trigrams->trigrams[trigrams->n++] = (trigram << 8 | ' ') & 0xFFFFFF;
}

/* Any other word. */
static void
add_word(Trigrams *trigrams, const char *word, int length)
{
	char	   *lower = salesops_lower(word, length);
	int			lower_length = (int) strlen(lower);
	char	   *padded = palloc(lower_length + PADDING + 1);
	const char *end = padded + lower_length + PADDING;
	const char *first = padded;
	const char *second = first + 1;
	const char *third = second + 1;

	memcpy(padded, "  ", 2);
	memcpy(padded + 2, lower, lower_length);
	memcpy(padded + 2 + lower_length, " ", 2);
	make_room(trigrams, lower_length + 1);
	while (third < end)
	{
		const char *behind = third + pg_mblen(third);

		if (behind - first == 3)
			trigrams->trigrams[trigrams->n++] = trigram_of_bytes((const unsigned char *) first);
		else
		{
			pg_crc32	crc;
			unsigned char bytes[sizeof(crc)];

			INIT_LEGACY_CRC32(crc);
			COMP_LEGACY_CRC32(crc, first, behind - first);
			FIN_LEGACY_CRC32(crc);
			memcpy(bytes, &crc, sizeof(crc));
			trigrams->trigrams[trigrams->n++] = trigram_of_bytes(bytes);
		}
		first = second;
		second = third;
		third = behind;
	}
	pfree(padded);
	pfree(lower);
}

/* Reads a text in place of the one before. */
void
trigrams_read(Trigrams *trigrams, text *value)
{
	const char *p = VARDATA_ANY(value);
	const char *end = p + VARSIZE_ANY_EXHDR(value);
	uint32		n = 0;

	matching_check_length(value);
	trigrams->n = 0;
	while (p < end)
	{
		const char *word = p;
		bool		plain = trigrams->plain_lower;

		if (unlikely((p - (const char *) VARDATA_ANY(value)) % 1024 == 0))
			CHECK_FOR_INTERRUPTS();
		while (p < end)
		{
			unsigned char c = *p;

			if (likely(c < 128))
			{
				if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
					break;
				p++;
			}
			else if (salesops_is_alnum(p))
			{
				plain = false;
				p += pg_mblen(p);
			}
			else
				break;
		}
		if (p > word)
		{
			if (plain)
				add_plain_word(trigrams, word, (int) (p - word));
			else
				add_word(trigrams, word, (int) (p - word));
		}
		else
			p += pg_mblen(p);
	}
	sort_trigrams(trigrams->trigrams, trigrams->n);
	for (uint32 i = 0; i < trigrams->n; i++)
	{
		if (n == 0 || trigrams->trigrams[n - 1] != trigrams->trigrams[i])
			trigrams->trigrams[n++] = trigrams->trigrams[i];
	}
	trigrams->n = n;
}
