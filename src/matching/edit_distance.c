/*
 * edit_distance.c
 *		Edit distances and the longest common subsequence of two texts.
 *
 * Source: V. I. Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals" (1966); F. J. Damerau, "A
 * technique for computer detection and correction of spelling errors" (1964).
 *
 * Algorithms: G. Myers, "A fast bit-vector algorithm for approximate string matching based on dynamic programming" (1999), in the
 * form of H. Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances" (2003), and his for the longest
 * common subsequence (2004): 64 rows of the table are one word, so that a column of a text of up to 64 characters takes some
 * fifteen instructions; where both are that short the longer one has the rows, since a column costs more than a row, and the
 * distance is counted in the last column.  Longer texts are taken 64 rows at a time from end to end: what such a block passes on to the next is a
 * bit or three for each column, and its characters need a table of 64, whichever they are.  So memory is in proportion to the
 * length, and hostile texts cannot make it more.
 *
 * The Damerau distance without the restriction of OSA, "ca" to "abc" in two steps, has no such form: it is the table itself, of
 * which three rows are kept (C. Zhao and S. Sahni, "String correction using the Damerau-Levenshtein distance", 2019).
 *
 * What the two texts have in common at both ends is left out first, for all of these.
 *
 * Worked example, kitten and sitting: replace k, replace e, insert g: 3, of 7 characters: a ratio of 1 - 3/7.
 */
#include "matching/edit_distance.h"

#include "miscadmin.h"
#include "port/pg_bitutils.h"

#define WORD_ROWS 64

/* ---- which of 64 characters are this one ---- */

#define SLOTS 128				/* never more than half full */

/*
 * Of ASCII characters a table that is all zeros between two uses: emptying it costs as many stores as there are characters, where
 * clearing it first would be a good part of comparing two names.
 */
static uint64 ascii_rows[128];

typedef struct RowChars
{
	bool		has_others;
	pg_wchar	other[SLOTS];	/* 0 where a slot is free */
	uint64		other_rows[SLOTS];
} RowChars;

static inline uint32
other_slot(const RowChars *rows, pg_wchar c)
{
	uint32		slot = (c * 0x9E3779B1U) >> 25;

	while (rows->other[slot] != c && rows->other[slot] != 0)
		slot = (slot + 1) % SLOTS;
	return slot;
}

/* Of `n` characters, the first in row `from`. */
static void
row_chars_init(RowChars *rows, const pg_wchar *chars, int n, int from)
{
	rows->has_others = false;
	for (int i = 0; i < n; i++)
	{
		uint64		row = UINT64CONST(1) << (from + i);
		uint32		slot;

		if (likely(chars[i] < 128))
		{
			ascii_rows[chars[i]] |= row;
			continue;
		}
		if (!rows->has_others)
		{
			memset(rows->other, 0, sizeof(rows->other));
			rows->has_others = true;
		}
		slot = other_slot(rows, chars[i]);
		if (rows->other[slot] == 0)
		{
			rows->other[slot] = chars[i];
			rows->other_rows[slot] = 0;
		}
		rows->other_rows[slot] |= row;
	}
}

/* To be called behind each row_chars_init, with the same characters; nothing between the two may fail or be cancelled. */
static inline void
row_chars_clear(const pg_wchar *chars, int n)
{
	for (int i = 0; i < n; i++)
	{
		if (likely(chars[i] < 128))
			ascii_rows[chars[i]] = 0;
	}
}

static inline uint64
rows_of(const RowChars *rows, pg_wchar c)
{
	uint32		slot;

	if (likely(c < 128))
		return ascii_rows[c];
	if (!rows->has_others)
		return 0;
	slot = other_slot(rows, c);
	return rows->other[slot] == c ? rows->other_rows[slot] : 0;
}

/* ---- Levenshtein and OSA ---- */

/* What a block passes on to the next for each column. */
#define PASS_UP 1				/* the last row is one more than in the column before */
#define PASS_DOWN 2				/* one less */
#define PASS_SWAP 4				/* its last character may be swapped with the next */

/*
 * The rows of one block, of `n` columns.  `passed` is what the block above passes on, and then what this one does; NULL where there
 * is but one block, whose characters are in the last rows: those before are as the row above them.  Returns by how much the last
 * row changes from the first column to the last; where that is sure to be more than `most`, and `bounded`, any number more than that.
 */
static pg_attribute_always_inline int
edit_block(const RowChars *rows, int nrows, const pg_wchar *b, int n, const bool osa, const bool first, uint8 *passed, const bool bounded, int most)
{
	const int	last = passed == NULL ? WORD_ROWS - 1 : nrows - 1;
	/* one more than in the row above */
	uint64		up = passed == NULL ? ~UINT64CONST(0) << (WORD_ROWS - nrows) : ~UINT64CONST(0);
	uint64		down = 0;		/* one less */
	uint64		diagonal = 0;	/* the same as in the row above of the column before */
	uint64		match_before = 0;
	int			change = 0;

	for (int j = 0; j < n; j++)
	{
		uint64		match = rows_of(rows, b[j]);
		uint8		above = first ? PASS_UP : passed[j];
		uint64		swap = 0;
		uint64		x;
		uint64		right_up;
		uint64		right_down;
		uint8		below = 0;

		if (osa)
		{
			uint64		may_swap = ~diagonal & match;

			swap = (may_swap << 1 | (above & PASS_SWAP) >> 2) & match_before;
			below = (uint8) (may_swap >> (WORD_ROWS - 1)) << 2;
			match_before = match;
		}
		x = match | (above & PASS_DOWN) >> 1;
		diagonal = (((x & up) + up) ^ up) | x | down | swap;
		right_up = down | ~(diagonal | up);
		right_down = diagonal & up;
		change += (int) (right_up >> last & 1) - (int) (right_down >> last & 1);
		if (passed != NULL)
			passed[j] = (uint8) (below | right_up >> (WORD_ROWS - 1) | right_down >> (WORD_ROWS - 1) << 1);
		else if (bounded && unlikely(change - (n - 1 - j) > most))
			return most + 1;
		right_up = right_up << 1 | (above & PASS_UP);
		right_down = right_down << 1 | (above & PASS_DOWN) >> 1;
		up = right_down | ~(diagonal | right_up);
		down = right_up & diagonal;
	}
	return change;
}

/* Each of its own compiled code. */
#define EDIT_BLOCK(first, passed, bounded, most) \
	(osa ? edit_block(&rows, nrows, b, nb, true, first, passed, bounded, most) : edit_block(&rows, nrows, b, nb, false, first, passed, bounded, most))

/*
 * The distance where one word has all rows, of `n` columns, which are bytes of ASCII or characters: the number of columns, which the row
 * above all ends with, and down the last column what each row is more or less than the one above it.
 */
static pg_attribute_always_inline int
edit_word(const RowChars *rows, int nrows, const bool of_bytes, const void *columns, int n, const bool osa)
{
	const uint64 inside = ~UINT64CONST(0) >> (WORD_ROWS - nrows);
	uint64		up = ~UINT64CONST(0);
	uint64		down = 0;
	uint64		diagonal = 0;
	uint64		match_before = 0;

	for (int j = 0; j < n; j++)
	{
		uint64		match = of_bytes ? ascii_rows[((const unsigned char *) columns)[j]] : rows_of(rows, ((const pg_wchar *) columns)[j]);
		uint64		swap = 0;
		uint64		right_up;
		uint64		right_down;

		if (osa)
		{
			swap = (~diagonal & match) << 1 & match_before;
			match_before = match;
		}
		diagonal = (((match & up) + up) ^ up) | match | down | swap;
		right_up = (down | ~(diagonal | up)) << 1 | 1;
		right_down = (diagonal & up) << 1;
		up = right_down | ~(diagonal | right_up);
		down = right_up & diagonal;
	}
	return n + pg_popcount64(up & inside) - pg_popcount64(down & inside);
}

static int
edit_by_bits(const pg_wchar *a, int na, const pg_wchar *b, int nb, bool osa, int most)
{
	RowChars	rows;
	uint8	   *passed;
	int			nrows = na;
	int			change = 0;

	if (nb <= WORD_ROWS)
	{
		row_chars_init(&rows, b, nb, 0);
		change = osa ? edit_word(&rows, nb, false, a, na, true) : edit_word(&rows, nb, false, a, na, false);
		row_chars_clear(b, nb);
		return change;
	}
	if (na <= WORD_ROWS)
	{
		row_chars_init(&rows, a, na, WORD_ROWS - na);
		change = most >= nb ? EDIT_BLOCK(true, NULL, false, 0) : EDIT_BLOCK(true, NULL, true, most - na);
		row_chars_clear(a, na);
		return na + change;
	}
	passed = palloc(nb);
	for (int from = 0; from < na; from += WORD_ROWS)
	{
		CHECK_FOR_INTERRUPTS();
		nrows = Min(na - from, WORD_ROWS);
		row_chars_init(&rows, a + from, nrows, 0);
		change = from == 0 ? EDIT_BLOCK(true, passed, false, 0) : EDIT_BLOCK(false, passed, false, 0);
		row_chars_clear(a + from, nrows);
	}
	pfree(passed);
	return na + change;
}

/* ---- Damerau without restriction ---- */

#define LOCAL_COLUMNS 64

/* A character of `b`, of which there is one class each; 0 is free. */
typedef struct CharClass
{
	pg_wchar	c;				/* and 1 */
	int			class;
} CharClass;

static inline CharClass *
class_of(CharClass *table, uint32 mask, pg_wchar c)
{
	uint32		slot = (c * 0x9E3779B1U) & mask;

	/* the multiplication brings what differs in the lower bits upwards, so some of the upper bits are mixed in */
	slot = (slot ^ (c * 0x9E3779B1U) >> 16) & mask;
	while (table[slot].c != 0 && table[slot].c != c + 1)
		slot = (slot + 1) & mask;
	return &table[slot];
}

/*
 * Of each cell (i, j) the least of: its neighbours and one; and where the last row before i with b[j] is k, and the last column before
 * j with a[i] is l, the cell before those and a swap of the two, with what is between them taken out or put in.  The cell before
 * is needed only where one of the two is next to (i, j), the other cases being no better.
 */
static int
edit_by_table(const pg_wchar *a, int na, const pg_wchar *b, int nb)
{
	const int	beyond = Max(na, nb) + 1;
	CharClass	local_table[2 * LOCAL_COLUMNS];
	int			local_room[5 * (LOCAL_COLUMNS + 2)];
	uint32		mask = 15;
	CharClass  *table = local_table;
	int		   *room = local_room;
	int		   *row;			/* of i, from -1 */
	int		   *above;			/* of i - 1, and before it is overwritten of i - 2 */
	int		   *before_swap;	/* by column: the cell before the last column of this row's character, two rows up */
	int		   *class;			/* by column: of its character, from 0 */
	int		   *last_row;		/* by class: the last row that has such a character, or -1 */
	int			result;

	while (mask + 1 < 2 * (uint32) nb && mask < (1U << 30))
		mask = 2 * mask + 1;
	if (nb > LOCAL_COLUMNS)
	{
		table = palloc((Size) (mask + 1) * sizeof(CharClass));
		room = palloc(5 * (Size) (nb + 2) * sizeof(int));
	}
	memset(table, 0, (Size) (mask + 1) * sizeof(CharClass));
	row = room + 1;
	above = row + nb + 2;
	before_swap = above + nb + 2;
	class = before_swap + nb + 2;
	last_row = class + nb + 2;
	for (int j = -1; j <= nb; j++)
	{
		before_swap[j] = above[j] = beyond;
		row[j] = j < 0 ? beyond : j;
		last_row[j] = -1;
	}
	for (int j = 1, nclasses = 0; j <= nb; j++)
	{
		CharClass  *entry = class_of(table, mask, b[j - 1]);

		if (entry->c == 0)
			*entry = (CharClass) {b[j - 1] + 1, nclasses++};
		class[j] = entry->class;
	}
	for (int i = 1; i <= na; i++)
	{
		const CharClass *entry = class_of(table, mask, a[i - 1]);
		int			class_here = entry->c == 0 ? -1 : entry->class;
		int		   *other = above;
		int			last_column = -1;
		int			two_up;		/* the cell (i - 2, j - 1), of the row that is overwritten */
		int			swap_here = beyond;

		CHECK_FOR_INTERRUPTS();
		above = row;
		row = other;
		two_up = row[0];
		row[0] = i;
		for (int j = 1; j <= nb; j++)
		{
			int			cell = Min(above[j], row[j - 1]) + 1;

			if (class[j] == class_here)
			{
				last_column = j;
				before_swap[j] = above[j - 2];
				swap_here = two_up;
				cell = Min(cell, above[j - 1]);
			}
			else
			{
				int			k = last_row[class[j]];

				cell = Min(cell, above[j - 1] + 1);
				if (j - last_column == 1)
					cell = Min(cell, before_swap[j] + (i - k));
				else if (i - k == 1)
					cell = Min(cell, swap_here + (j - last_column));
			}
			two_up = row[j];
			row[j] = cell;
		}
		if (class_here >= 0)
			last_row[class_here] = i;
	}
	result = row[nb];
	if (nb > LOCAL_COLUMNS)
	{
		pfree(room);
		pfree(table);
	}
	return result;
}

/* ---- either ---- */

/* Leaves out what the texts have in common at both ends. */
static inline void
strip_common(const pg_wchar **a, int *na, const pg_wchar **b, int *nb)
{
	while (*na > 0 && *nb > 0 && (*a)[*na - 1] == (*b)[*nb - 1])
	{
		(*na)--;
		(*nb)--;
	}
	while (*na > 0 && *nb > 0 && (*a)[0] == (*b)[0])
	{
		(*a)++;
		(*b)++;
		(*na)--;
		(*nb)--;
	}
}

int
edit_distance(EditKind kind, const pg_wchar *a, int na, const pg_wchar *b, int nb, int most)
{
	strip_common(&a, &na, &b, &nb);
	if (na > nb)
		return edit_distance(kind, b, nb, a, na, most);
	if (na == 0 || nb - na > most)
		return nb;
	return kind == EDIT_DAMERAU ? edit_by_table(a, na, b, nb) : edit_by_bits(a, na, b, nb, kind == EDIT_OSA, most);
}

/* Of ASCII, up to 64 characters each.  Levenshtein or OSA. */
int
edit_distance_of_bytes(EditKind kind, const unsigned char *a, int na, const unsigned char *b, int nb, int most)
{
	int			distance;

	while (na > 0 && nb > 0 && a[na - 1] == b[nb - 1])
	{
		na--;
		nb--;
	}
	while (na > 0 && nb > 0 && *a == *b)
	{
		a++;
		b++;
		na--;
		nb--;
	}
	if (na < nb)
		return edit_distance_of_bytes(kind, b, nb, a, na, most);
	if (nb == 0 || na - nb > most)
		return na;
	for (int i = 0; i < na; i++)
		ascii_rows[a[i]] |= UINT64CONST(1) << i;
	distance = kind == EDIT_OSA ? edit_word(NULL, na, true, b, nb, true) : edit_word(NULL, na, true, b, nb, false);
	for (int i = 0; i < na; i++)
		ascii_rows[a[i]] = 0;
	return distance;
}

/* ---- the longest common subsequence ---- */

int
longest_common_subsequence(const pg_wchar *a, int na, const pg_wchar *b, int nb)
{
	int			whole = na;
	int			common;
	RowChars	rows;
	bool	   *carried = NULL;

	strip_common(&a, &na, &b, &nb);
	common = whole - na;
	if (na == 0 || nb == 0)
		return common;
	if (na > WORD_ROWS)
		carried = palloc0((Size) nb * sizeof(bool));
	for (int from = 0; from < na; from += WORD_ROWS)
	{
		int			nrows = Min(na - from, WORD_ROWS);
		uint64		open = ~UINT64CONST(0); /* rows that no subsequence has come to */

		CHECK_FOR_INTERRUPTS();
		row_chars_init(&rows, a + from, nrows, 0);
		for (int j = 0; j < nb; j++)
		{
			uint64		match = open & rows_of(&rows, b[j]);
			uint64		sum = open + match;
			bool		carry = sum < open;

			if (carried != NULL)
			{
				sum += carried[j];
				carry |= sum < (uint64) carried[j];
				carried[j] = carry;
			}
			open = sum | (open - match);
		}
		row_chars_clear(a + from, nrows);
		open |= nrows == WORD_ROWS ? 0 : ~UINT64CONST(0) << nrows;
		common += WORD_ROWS - pg_popcount64(open);
	}
	if (carried != NULL)
		pfree(carried);
	return common;
}
