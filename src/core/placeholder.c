/*
 * placeholder.c
 *		Values that are none: blanks, and what is written where nothing is known.
 *
 * A field that must be filled is filled, with "n/a", "--None--", "xxx" or "unbekannt".  What matters of such a text are its letters and digits:
 * those are compared, folded (core/fold.h), with the list in placeholders.tsv; whatever else there is parts words.  A text without a letter or
 * a digit ("-", "???", "...") says nothing, and so does one of the letter x alone, a few times.
 *
 * Most values are none of these, and are longer than any of them: reading ends where that is certain.  A value in ASCII is folded on the way.
 *
 * Worked example: "  N/A " -> "n a", in the list; "--None--" -> "none", in the list; "Xxx" -> the letter x alone; "-" -> nothing; "Nana" -> "nana", not
 * in the list; "Unknown Brewery" -> longer than what the list has with these letters: not in it.
 */
#include "core/placeholder.h"

#include "core/fold.h"
#include "core/placeholders.inc"

StaticAssertDecl(PLACEHOLDER_LONGEST <= PLACEHOLDER_BYTES, "each placeholder is as long as a key may be");

/* Appends a character of a word, and before it a space where a word begins; false: the key is longer than any placeholder. */
static inline bool
append(PlaceholderKey *key, bool begins, const char *bytes, int n, int longest)
{
	int			space = begins && key->length > 0 ? 1 : 0;

	if (key->length + space + n > longest)
	{
		key->length = -1;
		return false;
	}
	if (space > 0)
		key->bytes[key->length++] = ' ';
	memcpy(key->bytes + key->length, bytes, n);
	key->length += n;
	return true;
}

/* Of text that is not ASCII. */
static void
key_by_folding(PlaceholderKey *key, const char *bytes, Size length, int longest)
{
	Size		len;
	const char *utf8;
	char	   *folded;
	const unsigned char *p;
	const unsigned char *end;
	bool		inside = false;

	key->length = 0;
	utf8 = fold_server_to_utf8(bytes, length, &len);
	folded = palloc(FOLD_UTF8_BOUND(len) + 1);
	p = (const unsigned char *) folded;
	end = p + fold_utf8(utf8, len, folded);
	while (p < end)
	{
		pg_wchar	c;
		int			width = fold_read(p, end, &c);
		bool		is_word = c < 128 ? (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') : fold_is_word(c);

		if (is_word && !append(key, !inside, (const char *) p, width, longest))
			break;
		inside = is_word;
		p += width;
	}
	pfree(folded);
}

/* A longer text that is not ASCII is a value, whatever is in it. */
#define READ_BYTES 1000

/* What a byte is: part of a word, folded; what parts words; dropped; not ASCII. */
#define PARTS 0
#define DROPPED 1
#define NOT_ASCII 2

static const uint8 kind_of_byte[256] = {
	[0 ... 8] = DROPPED, [14 ... 31] = DROPPED, [127] = DROPPED, [128 ... 255] = NOT_ASCII,
	['0'] = '0', '1', '2', '3', '4', '5', '6', '7', '8', '9',
	['A'] = 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
	['a'] = 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
};

void
placeholder_key(PlaceholderKey *key, const char *bytes, Size length, int longest)
{
	bool		inside = false;
	int			n = 0;

	for (Size i = 0; i < length; i++)
	{
		uint8		kind = kind_of_byte[(unsigned char) bytes[i]];

		if (kind > NOT_ASCII)
		{
			if (n + (inside || n == 0 ? 1 : 2) > longest)
			{
				key->length = -1;
				return;
			}
			if (!inside && n > 0)
				key->bytes[n++] = ' ';
			key->bytes[n++] = (char) kind;
			inside = true;
		}
		else if (kind == PARTS)
			inside = false;
		else if (kind == NOT_ASCII)
		{
			if (length <= READ_BYTES)
				key_by_folding(key, bytes, length, longest);
			else
				key->length = -1;
			return;
		}
	}
	key->length = n;
}

static int
compare(const PlaceholderKey *key, const char *placeholder)
{
	Size		n = strlen(placeholder);
	int			order = memcmp(key->bytes, placeholder, Min((Size) key->length, n));

	return order != 0 ? order : key->length < (int) n ? -1 : key->length > (int) n;
}

/* Nothing, the letter x alone, or one of the list. */
static bool
is_known(const PlaceholderKey *key)
{
	int			low = 0;
	int			high = lengthof(placeholders);
	int			nx = 0;

	if (key->length <= 0)
		return key->length == 0;
	while (nx < key->length && key->bytes[nx] == 'x')
		nx++;
	if (nx == key->length)
		return true;
	while (low < high)
	{
		int			middle = (low + high) / 2;
		int			order = compare(key, placeholders[middle]);

		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

bool
placeholder_is_blank(const char *bytes, Size length)
{
	PlaceholderKey key;

	placeholder_key(&key, bytes, length, PLACEHOLDER_LONGEST);
	return is_known(&key);
}

/* A value that is stored compressed or elsewhere is fetched whole only if nothing is in so many bytes of it. */
#define FETCHED_BYTES 1024

bool
placeholder_datum_is_blank(Datum value)
{
	const void *stored = DatumGetPointer(value);
	bool		is_whole = !VARATT_IS_EXTERNAL(stored) && !VARATT_IS_COMPRESSED(stored);
	text	   *read = is_whole ? DatumGetTextPP(value) : DatumGetTextPSlice(value, 0, FETCHED_BYTES);
	bool		blank = placeholder_is_blank(VARDATA_ANY(read), VARSIZE_ANY_EXHDR(read));

	if (blank && !is_whole)
	{
		pfree(read);
		read = DatumGetTextPP(value);
		blank = placeholder_is_blank(VARDATA_ANY(read), VARSIZE_ANY_EXHDR(read));
	}
	if ((void *) read != stored)
		pfree(read);
	return blank;
}
