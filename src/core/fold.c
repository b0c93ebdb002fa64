/*
 * fold.c
 *		Text folding; see fold.h for what it does and fold_table.py for where the table comes from.
 *
 * ASCII, nearly all of most texts, goes through a 128-byte table.  For the rest a two-level table gives each
 * character one 16-bit entry: keep, drop, try to compose with the letter before, or the position of its result.
 * Pages of characters that fold to themselves (most of them) are one and the same page.
 *
 * Worked example: "Ångström  GmbH" in UTF-8, typed on a Mac as A + ring, o + diaeresis, folds to "angstrom  gmbh":
 * the marks' entries say drop, since no letter of its own is made of a and ring.
 */
#include "core/fold.h"

#include "utils/builtins.h"

typedef struct FoldComposition
{
	pg_wchar	base;
	pg_wchar	mark;
	pg_wchar	whole;
	int			not_in;			/* FOLD_NOT_IN_...: encodings that have base and mark but not the whole */
} FoldComposition;

typedef struct FoldRange
{
	pg_wchar	first;
	pg_wchar	last;
} FoldRange;

#include "core/fold_table.h"

/* Where folded characters go. */
typedef struct FoldOutput
{
	unsigned char *utf8;
	pg_wchar	last;			/* the last character written, 0 if none: what a mark may compose with */
} FoldOutput;

/*
 * Reads one character (Unicode, table 3-7: what is well-formed).  In all encodings but SQL_ASCII the text has been
 * verified on its way in; here it is checked all the same, so that no input can make us read past its end.
 */
int
fold_read(const unsigned char *src, const unsigned char *end, pg_wchar *c)
{
#define FOLD_TRAIL(i)	((src[i] & 0xC0) == 0x80)
	pg_wchar	value;

	if (src[0] < 0x80)
	{
		*c = src[0];
		return 1;
	}
	if (src[0] >= 0xC2 && src[0] <= 0xDF && end - src >= 2 && FOLD_TRAIL(1))
	{
		*c = (pg_wchar) (src[0] & 0x1F) << 6 | (src[1] & 0x3F);
		return 2;
	}
	if ((src[0] & 0xF0) == 0xE0 && end - src >= 3 && FOLD_TRAIL(1) && FOLD_TRAIL(2))
	{
		value = (pg_wchar) (src[0] & 0x0F) << 12 | (pg_wchar) (src[1] & 0x3F) << 6 | (src[2] & 0x3F);
		if (value >= 0x800 && (value < 0xD800 || value > 0xDFFF))
		{
			*c = value;
			return 3;
		}
	}
	if ((src[0] & 0xF8) == 0xF0 && end - src >= 4 && FOLD_TRAIL(1) && FOLD_TRAIL(2) && FOLD_TRAIL(3))
	{
		value = (pg_wchar) (src[0] & 0x07) << 18 | (pg_wchar) (src[1] & 0x3F) << 12 |
			(pg_wchar) (src[2] & 0x3F) << 6 | (src[3] & 0x3F);
		if (value >= 0x10000 && value <= 0x10FFFF)
		{
			*c = value;
			return 4;
		}
	}
	*c = FOLD_RAW_BYTE + src[0];
	return 1;
#undef FOLD_TRAIL
}

static int
fold_write(pg_wchar c, unsigned char *dst)
{
	if (c < 0x80)
	{
		dst[0] = (unsigned char) c;
		return 1;
	}
	if (c < 0x800)
	{
		dst[0] = (unsigned char) (0xC0 | c >> 6);
		dst[1] = (unsigned char) (0x80 | (c & 0x3F));
		return 2;
	}
	if (fold_is_raw_byte(c))
	{
		dst[0] = (unsigned char) (c - FOLD_RAW_BYTE);
		return 1;
	}
	if (c < 0x10000)
	{
		dst[0] = (unsigned char) (0xE0 | c >> 12);
		dst[1] = (unsigned char) (0x80 | (c >> 6 & 0x3F));
		dst[2] = (unsigned char) (0x80 | (c & 0x3F));
		return 3;
	}
	dst[0] = (unsigned char) (0xF0 | c >> 18);
	dst[1] = (unsigned char) (0x80 | (c >> 12 & 0x3F));
	dst[2] = (unsigned char) (0x80 | (c >> 6 & 0x3F));
	dst[3] = (unsigned char) (0x80 | (c & 0x3F));
	return 4;
}

/* Where ASCII ends; eight bytes at a time, of which the last eight may be there twice. */
size_t
fold_ascii_prefix(const char *src, size_t len)
{
	size_t		i = 0;

	if (len >= 8)
	{
		for (;; i = Min(i + 8, len - 8))
		{
			uint64		chunk;

			memcpy(&chunk, src + i, 8);
			if (chunk & UINT64CONST(0x8080808080808080))
				break;
			if (i == len - 8)
				return len;
		}
	}
	while (i < len && !IS_HIGHBIT_SET(src[i]))
		i++;
	return i;
}

static inline void
fold_put(FoldOutput *out, pg_wchar c)
{
	out->utf8 += fold_write(c, out->utf8);
	out->last = c;
}

/* Is a letter one that the database could not store? */
static bool
fold_lacks(const FoldComposition *composition)
{
	switch (GetDatabaseEncoding())
	{
		case PG_EUC_JP:
			return (composition->not_in & FOLD_NOT_IN_EUC_JP) != 0;
		case PG_EUC_JIS_2004:
			return (composition->not_in & FOLD_NOT_IN_EUC_JIS_2004) != 0;
		default:
			return false;
	}
}

/* The letter that base and mark make, or 0. */
static pg_wchar
fold_compose(pg_wchar base, pg_wchar mark)
{
	int			low = 0;
	int			high = lengthof(fold_composition) - 1;

	while (low <= high)
	{
		int			mid = (low + high) / 2;
		const FoldComposition *x = &fold_composition[mid];

		if (x->base == base && x->mark == mark)
			return fold_lacks(x) ? 0 : x->whole;
		if (x->base < base || (x->base == base && x->mark < mark))
			low = mid + 1;
		else
			high = mid - 1;
	}
	return 0;
}

/* The Hangul syllable that one more letter makes of the last character, or 0 (Unicode, chapter 3.12). */
static pg_wchar
fold_compose_hangul(pg_wchar last, pg_wchar c)
{
	if (c >= 0x1161 && c <= 0x1175 && last >= 0x1100 && last <= 0x1112)
		return 0xAC00 + ((last - 0x1100) * 21 + (c - 0x1161)) * 28;
	if (c >= 0x11A8 && c <= 0x11C2 && last >= 0xAC00 && last <= 0xD7A3 && (last - 0xAC00) % 28 == 0)
		return last + (c - 0x11A7);
	return 0;
}

/* Takes the last character back and writes another in its place. */
static void
fold_replace_last(FoldOutput *out, pg_wchar c)
{
	unsigned char scratch[4];

	out->utf8 -= fold_write(out->last, scratch);
	fold_put(out, c);
}

/*
 * Leaves a character out.  Behind a byte of no character it becomes a space: with the bytes that follow, that byte could make
 * a character, which folding again would read.
 */
static void
fold_drop(FoldOutput *out)
{
	if (fold_is_raw_byte(out->last))
		fold_put(out, ' ');
}

/* Folds one character beyond ASCII. */
static void
fold_character(FoldOutput *out, pg_wchar c)
{
	pg_wchar	given = c;
	pg_wchar	whole;
	unsigned int entry;

	/* half-width voicing marks compose like the full-width ones, which not every encoding has, or stay */
	if (c == 0xFF9E || c == 0xFF9F)
		c -= 0xFF9E - 0x3099;

	if (c >= FOLD_TABLE_END)
	{
		/* tags and variation selectors; no other plane has anything to fold */
		if (c < 0xE0000 || c > 0xE0FFF)
			fold_put(out, c);
		else
			fold_drop(out);
		return;
	}

	entry = fold_page[fold_index[c >> FOLD_PAGE_BITS]][c & ((1 << FOLD_PAGE_BITS) - 1)];
	switch (entry)
	{
		case FOLD_DROP:
			fold_drop(out);
			break;

		case FOLD_COMPOSE_OR_DROP:
		case FOLD_COMPOSE_OR_KEEP:
			whole = fold_compose(out->last, c);
			if (whole != 0)
				fold_replace_last(out, whole);
			else if (entry == FOLD_COMPOSE_OR_KEEP)
				fold_put(out, given);
			else
				fold_drop(out);
			break;

		case FOLD_KEEP:
			whole = fold_compose_hangul(out->last, c);
			if (whole != 0)
				fold_replace_last(out, whole);
			else
				fold_put(out, c);
			break;

		default:
			{
				const uint32 *result = &fold_result[entry];
				int			n = *result >> 24;

				fold_put(out, *result & 0xFFFFFF);
				for (int i = 1; i < n; i++)
					fold_put(out, result[i]);
				break;
			}
	}
}

static void
fold_all(const unsigned char *src, const unsigned char *end, FoldOutput *out)
{
	while (src < end)
	{
		pg_wchar	c;

		if (*src < 0x80)
		{
			unsigned char folded = fold_ascii[*src++];

			if (folded)
				fold_put(out, folded);
			else
				fold_drop(out);
			continue;
		}
		src += fold_read(src, end, &c);
		fold_character(out, c);
	}
}

/*
 * The folded form of len bytes of UTF-8, in UTF-8.  dst has room for FOLD_UTF8_BOUND(len) bytes; no terminator is
 * written.
 */
size_t
fold_utf8(const char *src, size_t len, char *dst)
{
	size_t		ascii = fold_ascii_prefix(src, len);
	char	   *start = dst;
	FoldOutput	out;

	for (size_t i = 0; i < ascii; i++)
	{
		unsigned char folded = fold_ascii[(unsigned char) src[i]];

		*dst = (char) folded;
		dst += (folded != 0);
	}
	if (ascii == len)
		return dst - start;

	out.utf8 = (unsigned char *) dst;
	out.last = dst > start ? (unsigned char) dst[-1] : 0;
	fold_all((const unsigned char *) src + ascii, (const unsigned char *) src + len, &out);
	return (char *) out.utf8 - start;
}

size_t
fold_decode(const char *src, size_t len, pg_wchar *dst)
{
	size_t		ascii = fold_ascii_prefix(src, len);
	const unsigned char *p = (const unsigned char *) src + ascii;
	const unsigned char *end = (const unsigned char *) src + len;
	pg_wchar   *start = dst;

	for (size_t i = 0; i < ascii; i++)
		*dst++ = (unsigned char) src[i];
	while (p < end)
		p += fold_read(p, end, dst++);
	return dst - start;
}

bool
fold_is_word(pg_wchar c)
{
	int			low = 0;
	int			high = lengthof(fold_separator) - 1;

	while (low <= high)
	{
		int			mid = (low + high) / 2;

		if (c < fold_separator[mid].first)
			high = mid - 1;
		else if (c > fold_separator[mid].last)
			low = mid + 1;
		else
			return false;
	}
	return true;
}

/* A text of the server's encoding as UTF-8: itself wherever possible, else a copy in the current memory context. */
const char *
fold_server_to_utf8(const char *src, size_t len, size_t *utf8_len)
{
	int			encoding = GetDatabaseEncoding();
	const char *utf8;

	*utf8_len = len;
	if (encoding == PG_UTF8 || encoding == PG_SQL_ASCII || fold_ascii_prefix(src, len) == len)
		return src;

	utf8 = pg_server_to_any(src, (int) len, PG_UTF8);
	if (utf8 != src)
		*utf8_len = strlen(utf8);
	return utf8;
}

/* UTF-8 as a text of the server's encoding. */
text *
fold_utf8_to_text(const char *src, size_t len)
{
	int			encoding = GetDatabaseEncoding();
	text	   *result;

	if (encoding != PG_UTF8 && encoding != PG_SQL_ASCII && fold_ascii_prefix(src, len) != len)
	{
		char	   *converted = pg_any_to_server(src, (int) len, PG_UTF8);

		if (converted != src)
		{
			result = cstring_to_text(converted);
			pfree(converted);
			return result;
		}
	}
	result = (text *) palloc(len + VARHDRSZ);
	SET_VARSIZE(result, len + VARHDRSZ);
	memcpy(VARDATA(result), src, len);
	return result;
}
