/*
 * keyboard_mash.c
 *		Text that fingers wrote and no head: keyboard_mash.
 *
 * A text is one if a word of it, folded, is made as nobody names anything:
 *
 *	1. It has a run of neighbouring keys of one row, in one direction: asdf, hjkl, lkjh, zxcv, qwer, poiu, фыва.
 *	2. It has one letter four times on end: aaaa.
 *	3. It is one piece again and again: sdfsdf (two pieces of consonants, or of neighbouring keys, of three letters or more),
 *		abcabcabc (three of three or four letters), nananana (four of two).
 *	4. It has five letters or more, all of them consonants of the middle row: dfgsd.
 *
 * Or it has digits alone, and these are a run of four or more: 1234, 9876.  How long a run must be depends on the row: words have "erty"
 * (property), "wertzu" (German Wertzuwachs), "azer", "reza" and, of Cyrillic keys, "прол" and "смит", but none has the end of the row in
 * such a run.  The rows are those of QWERTY, QWERTZ, AZERTY and ЙЦУКЕН.
 *
 * The rules are ours; docs/design/hygiene.md tells how often real names are taken for one.
 *
 * Worked example: "Asdf GmbH" has a run of four, a s d f; "Wertz" has one of five on a German keyboard, without an end of the row, and is a name.
 */
#include "hygiene/keyboard_mash.h"

/* A row of keys; a run in it counts from so many keys, with the row's first or last key in it or without. */
typedef struct KeyRow
{
	const char *keys;			/* ASCII; NULL: cyrillic */
	const uint16 *cyrillic;
	int			n;
	int			with_end;
	int			without_end;
} KeyRow;

/* йцукенгшщзхъ, фывапролджэ, ячсмитьбю */
static const uint16 row_upper[] = {0x0439, 0x0446, 0x0443, 0x043A, 0x0435, 0x043D, 0x0433, 0x0448, 0x0449, 0x0437, 0x0445, 0x044A};
static const uint16 row_middle[] = {0x0444, 0x044B, 0x0432, 0x0430, 0x043F, 0x0440, 0x043E, 0x043B, 0x0434, 0x0436, 0x044D};
static const uint16 row_lower[] = {0x044F, 0x0447, 0x0441, 0x043C, 0x0438, 0x0442, 0x044C, 0x0431, 0x044E};

static const KeyRow rows[] = {
	{"qwertyuiop", NULL, 10, 4, 5},
	{"qwertzuiop", NULL, 10, 4, 7},
	{"azertyuiop", NULL, 10, 6, 6},
	{"asdfghjkl", NULL, 9, 4, 4},
	{"qsdfghjklm", NULL, 10, 4, 4},
	{"zxcvbnm", NULL, 7, 4, 4},
	{"yxcvbnm", NULL, 7, 4, 4},
	{"wxcvbn", NULL, 6, 4, 4},
	{NULL, row_upper, lengthof(row_upper), 4, 6},
	{NULL, row_middle, lengthof(row_middle), 4, 6},
	{NULL, row_lower, lengthof(row_lower), 4, 6},
};

/* The keys beside each, in any of the rows: most words have not three in succession, and need not be looked at row by row. */
#define KEY(c) ((uint32) 1 << ((c) - 'a'))
static const uint32 neighbours[26] = {
	['a' - 'a'] = KEY('s') | KEY('z'),
	['b' - 'a'] = KEY('n') | KEY('v'),
	['c' - 'a'] = KEY('v') | KEY('x'),
	['d' - 'a'] = KEY('f') | KEY('s'),
	['e' - 'a'] = KEY('r') | KEY('w') | KEY('z'),
	['f' - 'a'] = KEY('d') | KEY('g'),
	['g' - 'a'] = KEY('f') | KEY('h'),
	['h' - 'a'] = KEY('g') | KEY('j'),
	['i' - 'a'] = KEY('o') | KEY('u'),
	['j' - 'a'] = KEY('h') | KEY('k'),
	['k' - 'a'] = KEY('j') | KEY('l'),
	['l' - 'a'] = KEY('k') | KEY('m'),
	['m' - 'a'] = KEY('l') | KEY('n'),
	['n' - 'a'] = KEY('b') | KEY('m'),
	['o' - 'a'] = KEY('i') | KEY('p'),
	['p' - 'a'] = KEY('o'),
	['q' - 'a'] = KEY('s') | KEY('w'),
	['r' - 'a'] = KEY('e') | KEY('t'),
	['s' - 'a'] = KEY('a') | KEY('d') | KEY('q'),
	['t' - 'a'] = KEY('r') | KEY('y') | KEY('z'),
	['u' - 'a'] = KEY('i') | KEY('y') | KEY('z'),
	['v' - 'a'] = KEY('b') | KEY('c'),
	['w' - 'a'] = KEY('e') | KEY('q') | KEY('x'),
	['x' - 'a'] = KEY('c') | KEY('w') | KEY('y') | KEY('z'),
	['y' - 'a'] = KEY('t') | KEY('u') | KEY('x'),
	['z' - 'a'] = KEY('a') | KEY('e') | KEY('t') | KEY('u') | KEY('x'),
};

/* Longer words are read so far. */
#define WORD_CHARS 64

static int
row_find(const KeyRow *row, pg_wchar c)
{
	for (int i = 0; i < row->n; i++)
		if ((row->keys != NULL ? (pg_wchar) (unsigned char) row->keys[i] : row->cyrillic[i]) == c)
			return i;
	return -1;
}

/* Are there four keys or more, each beside the one before? */
static bool
may_have_run(const pg_wchar *word, int n)
{
	int			length = 1;

	for (int i = 1; i < n; i++)
	{
		pg_wchar	a = word[i - 1] - 'a';
		pg_wchar	b = word[i] - 'a';

		/* other letters than a to z are rare enough */
		length = a >= 26 || b >= 26 || (neighbours[a] >> b & 1) ? length + 1 : 1;
		if (length >= 4)
			return true;
	}
	return false;
}

/* Is there a run that counts, in one of the rows? */
static bool
has_run(const pg_wchar *word, int n)
{
	if (!may_have_run(word, n))
		return false;
	for (int r = 0; r < (int) lengthof(rows); r++)
	{
		const KeyRow *row = &rows[r];
		int			before = -1;
		int			direction = 0;
		int			length = 0;
		bool		has_end = false;

		for (int i = 0; i < n; i++)
		{
			int			at = row_find(row, word[i]);
			bool		is_end = at == 0 || at == row->n - 1;

			if (at >= 0 && before >= 0 && (at - before == 1 || at - before == -1) && (direction == 0 || at - before == direction))
			{
				direction = at - before;
				length++;
				has_end = has_end || is_end;
			}
			else if (at >= 0 && before >= 0 && (at - before == 1 || at - before == -1))
			{
				/* turned round: the key before begins a run the other way */
				direction = at - before;
				length = 2;
				has_end = is_end || before == 0 || before == row->n - 1;
			}
			else
			{
				direction = 0;
				length = at >= 0 ? 1 : 0;
				has_end = is_end;
			}
			before = at;
			if (length >= (has_end ? row->with_end : row->without_end))
				return true;
		}
	}
	return false;
}

static bool
is_neighbours(const pg_wchar *piece, int n)
{
	for (int r = 0; r < (int) lengthof(rows); r++)
	{
		int			direction = 0;
		int			i;

		for (i = 1; i < n; i++)
		{
			int			a = row_find(&rows[r], piece[i - 1]);
			int			b = row_find(&rows[r], piece[i]);

			if (a < 0 || b < 0 || (b - a != 1 && b - a != -1) || (direction != 0 && b - a != direction))
				break;
			direction = b - a;
		}
		if (i == n)
			return true;
	}
	return false;
}

static inline bool
is_consonant(pg_wchar c)
{
	return c >= 'b' && c <= 'z' && strchr("eiouy", (int) c) == NULL;
}

static bool
all_consonants(const pg_wchar *word, int n)
{
	for (int i = 0; i < n; i++)
		if (!is_consonant(word[i]))
			return false;
	return true;
}

/* Is it one piece again and again, so often that it is no word? */
static bool
is_repeated(const pg_wchar *word, int n)
{
	for (int piece = 2; piece <= 4; piece++)
	{
		int			times = n / piece;
		int			i = piece;

		if (n % piece != 0 || times < 2)
			continue;
		while (i < n && word[i] == word[i - piece])
			i++;
		if (i < n)
			continue;
		if (times >= (piece == 2 ? 4 : 3) || (piece == 2 && times == 3 && all_consonants(word, piece)))
			return true;
		if (piece >= 3 && (all_consonants(word, piece) || is_neighbours(word, piece)))
			return true;
	}
	return false;
}

static bool
is_mash(const pg_wchar *word, int n)
{
	int			same = 1;
	bool		middle_row = n >= 5;

	for (int i = 0; i < n; i++)
	{
		same = i > 0 && word[i] == word[i - 1] ? same + 1 : 1;
		if (same >= 4)
			return true;
		middle_row = middle_row && word[i] < 128 && strchr("sdfghjkl", (int) word[i]) != NULL;
	}
	return middle_row || (n >= 4 && has_run(word, n)) || (n >= 6 && is_repeated(word, n));
}

/* Are they in order, up or down, four or more? */
static bool
is_digit_run(const pg_wchar *digits, int n)
{
	int			direction;

	if (n < 4)
		return false;
	direction = digits[1] == '0' && digits[0] == '9' ? 1 : (int) digits[1] - (int) digits[0];
	if (direction != 1 && direction != -1)
		return false;
	for (int i = 1; i < n; i++)
	{
		int			step = (int) digits[i] - (int) digits[i - 1];

		/* 0 stands behind 9 */
		if (digits[i] == '0' && digits[i - 1] == '9')
			step = 1;
		else if (digits[i] == '9' && digits[i - 1] == '0')
			step = -1;
		if (step != direction)
			return false;
	}
	return true;
}

/* Of folded text. */
bool
keyboard_mash_folded(Span folded)
{
	const unsigned char *p = (const unsigned char *) folded.p;
	const unsigned char *end = p + folded.n;
	pg_wchar	word[WORD_CHARS];
	pg_wchar	digits[WORD_CHARS];
	int			n = 0;
	int			ndigits = 0;
	bool		has_letter = false;

	while (p < end)
	{
		pg_wchar	c;

		p += fold_read(p, end, &c);
		if (c >= '0' && c <= '9')
		{
			if (ndigits < WORD_CHARS)
				digits[ndigits++] = c;
			c = ' ';
		}
		if (c < 128 ? c >= 'a' && c <= 'z' : fold_is_word(c))
		{
			has_letter = true;
			if (n < WORD_CHARS)
				word[n++] = c;
			continue;
		}
		if (is_mash(word, n))
			return true;
		n = 0;
	}
	return is_mash(word, n) || (!has_letter && is_digit_run(digits, ndigits));
}

bool
keyboard_mash(text *value)
{
	ContactText in;

	contact_read(&in, value, true);
	return keyboard_mash_folded(in.text);
}

SALESOPS_FUNCTION(salesops_keyboard_mash);

Datum
salesops_keyboard_mash(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(keyboard_mash(PG_GETARG_TEXT_PP(0)));
}
