/*
 * address_key.c
 *		address_key(text): the normal form of a street address, to group, join and index by.
 *
 * The steps, in order:
 *
 *	1. Fold (core/fold.h), and split into words: apostrophes join, points join single letters (N.W. → nw), a hyphen
 *	   joins a number and a letter (4-B → 4b), all else parts words.  # is the word unit, & the word and.
 *	2. Post office boxes: P.O. Box, Postfach → po box.  "No." before the number at the start goes.  "One" there is 1, if a type
 *	   of street follows (One Microsoft Way).  French bis, ter and quater are written to the number (12 bis → 12bis).
 *	3. Ordinals: first → 1st.
 *	4. Units, if a number or a letter follows: apt, suite, flat, # → unit; the same word twice is one (Apt #4).  Floors and
 *	   buildings, if a number is beside them, with the number behind: 5th fl → floor 5.
 *	5. "St" and "Dr" are Saint and Doctor where a name follows, and no name goes before; else street and drive.  "St" is Saint
 *	   also behind Upper, Great and their like, if a type follows the name (Upper St Martins Lane).  All other
 *	   types of streets are written out (ave → avenue).  German str is strasse, and is written to the word before it.
 *	6. Directions are written out (n → north, sw → southwest); a single letter is a name and no direction before a type
 *	   (E Street), after a type that follows a number (12 Avenue E), and after a unit.
 *
 * The words are data: address_words.tsv.  What is written out is long, not short as USPS has it, since short forms have
 * two readings (st, dr, ct).  Nothing is known of cities, states and postal codes: they are words.
 *
 * Worked example: "123 N. Main St., Apt #4" → 123 north main street unit 4.
 *
 * The key of a key is that key: each step leaves what it has made, and asks of the words around whether they are a type, a
 * direction or a number, which a word and its written-out form have in common.
 *
 * A text without a letter or digit has no key: NULL.
 */
#include "matching/address.h"

#include "core/local_array.h"

#include "matching/word_table.h"

typedef enum AddressKind
{
	ADDRESS_TYPE,
	ADDRESS_AFFIX,
	ADDRESS_DIRECTION,
	ADDRESS_UNIT,
	ADDRESS_LEVEL,
	ADDRESS_BOX,
	ADDRESS_WORD,
	ADDRESS_ORDINAL
} AddressKind;

#include "matching/address_words.inc"

WORD_TABLE(address_words, address_word, 1024);

#define ADDRESS_LOOK_UP_BYTES	48
#define BOX_WORDS				3
#define AFFIX_SHORT				"str"
#define AFFIX_LONG				"strasse"

static bool
token_is(const AddressToken *t, const char *word)
{
	return t->len == (int) strlen(word) && memcmp(t->text, word, t->len) == 0;
}

/* What the word is written as, as a word of that kind; NULL if it is none. */
static const char *
look_up(const AddressToken *t, AddressKind kind)
{
	if (t->kinds < 0)
	{
		int			kinds = 0;

		for (const WordEntry *e = NULL; (e = word_table_find(&address_words, t->text, t->len, e)) != NULL;)
			kinds |= 1 << e->kind;
		unconstify(AddressToken *, t)->kinds = kinds;
	}
	if (!(t->kinds & (1 << kind)))
		return NULL;
	for (const WordEntry *e = NULL; (e = word_table_find(&address_words, t->text, t->len, e)) != NULL;)
		if (e->kind == (int) kind)
			return e->value;
	return NULL;
}

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
has_digit(const AddressToken *t)
{
	for (int i = 0; i < t->len; i++)
		if (is_digit(t->text[i]))
			return true;
	return false;
}

/* 1st, 22nd: a number that is a name. */
static bool
is_ordinal(const AddressToken *t)
{
	static const char *const endings[] = {"st", "nd", "rd", "th"};

	if (t->len < 3 || !is_digit(t->text[0]) || !is_digit(t->text[t->len - 3]))
		return false;
	for (int i = 0; i < (int) lengthof(endings); i++)
		if (memcmp(t->text + t->len - 2, endings[i], 2) == 0)
			return true;
	return false;
}

static void
set_word(AddressToken *t, const char *word)
{
	t->text = word;
	t->len = t->nchars = (int) strlen(word);
	t->kinds = -1;
}

static AddressToken *
token_push(Address *address, const char *text)
{
	AddressToken *t;

	if (address->n == address->allocated)
		address->token = local_array_grow(address->token, address->local_token, &address->allocated, sizeof(AddressToken));
	t = &address->token[address->n++];
	t->text = text;
	t->len = 0;
	t->nchars = 0;
	t->glued = false;
	t->kinds = -1;
	t->class = ADDRESS_IS_NAME;
	return t;
}

/* Is the word before the slash the C of the Spanish C/ Mayor?  Not that of c/o. */
static bool
is_calle(const AddressToken *t, const char *out, const unsigned char *slash, const unsigned char *end)
{
	bool		is_care_of = slash + 1 < end && slash[1] == 'o' && (slash + 2 == end || slash[2] == ' ' || slash[2] == ':');

	return token_is(t, "c") && t->text + 1 == out && slash[-1] == 'c' && !is_care_of;
}

/* Step 1. */
static void
split_words(Address *address, size_t len)
{
	const unsigned char *p = (const unsigned char *) address->bytes;
	const unsigned char *end = p + len;
	char	   *out = address->bytes;
	AddressToken *t = NULL;
	bool		glued = false;

	while (p < end)
	{
		pg_wchar	c;
		int			width = fold_read(p, end, &c);
		bool		is_word = c < 0x80 ? (c >= 'a' && c <= 'z') || is_digit((char) c) : fold_is_word(c);

		if (is_word)
		{
			if (t == NULL)
			{
				t = token_push(address, out);
				t->glued = glued;
				address->has_word = true;
			}
			for (int i = 0; i < width; i++)
				*out++ = (char) p[i];
			t->len += width;
			t->nchars++;
			glued = false;
		}
		else if (c == '-' && t != NULL && p + 1 < end && is_digit(t->text[t->len - 1]) && p[1] >= 'a' && p[1] <= 'z' &&
				 (p + 2 == end || !((p[2] >= 'a' && p[2] <= 'z') || p[2] >= 0x80)))
			;					/* 4-B */
		else if (c != '\'')
		{
			glued = c == '.' && t != NULL;
			t = NULL;
			if (c == '#')
				set_word(token_push(address, ""), "unit");
			else if (c == '&')
				set_word(token_push(address, ""), "and");
			else if (c == '/' && address->n == 1 && is_calle(&address->token[0], out, p, end))
				set_word(&address->token[0], "calle");
		}
		p += width;
	}
}

/* N.W. is one word; the letters' texts are beside each other. */
static void
join_letters(Address *address)
{
	AddressToken *token = address->token;
	int			n = 0;
	bool		in_run = false;

	for (int i = 0; i < address->n; i++)
	{
		bool		single = token[i].nchars == 1 && !has_digit(&token[i]);

		if (single && in_run && token[i].glued)
		{
			token[n - 1].len += token[i].len;
			token[n - 1].nchars++;
			token[n - 1].kinds = -1;
		}
		else
			token[n++] = token[i];
		in_run = single;
	}
	address->n = n;
}

/* The number of words from i on that are a post office box, or 0. */
static int
box_at(const Address *address, int i)
{
	for (int n = Min(BOX_WORDS, address->n - i); n > 0; n--)
	{
		char		word[ADDRESS_LOOK_UP_BYTES];
		AddressToken joined = {.text = word, .kinds = -1};
		bool		fits = true;

		for (int k = i; k < i + n && fits; k++)
		{
			const AddressToken *t = &address->token[k];

			if (k > i)
				word[joined.len++] = ' ';
			/* and one for the space behind it */
			fits = t->len < (int) sizeof(word) - joined.len;
			for (int c = 0; c < t->len && fits; c++)
				word[joined.len++] = t->text[c];
		}
		if (fits && look_up(&joined, ADDRESS_BOX) != NULL)
			return n;
	}
	return 0;
}

static bool
is_all_digits(const AddressToken *t)
{
	for (int i = 0; i < t->len; i++)
		if (!is_digit(t->text[i]))
			return false;
	return t->len > 0;
}

/* What French numbers of houses have behind them: 12 bis is between 12 and 14. */
static bool
is_number_suffix(const AddressToken *t)
{
	return token_is(t, "bis") || token_is(t, "ter") || token_is(t, "quater");
}

/* The same, and what ter is written out as elsewhere. */
static bool
is_like_number_suffix(const AddressToken *t)
{
	const char *type = look_up(t, ADDRESS_TYPE);

	return is_number_suffix(t) || (type != NULL && strcmp(type, "terrace") == 0);
}

/* Is the word at i "one", for the number of a house? */
static bool
is_number_one(const Address *address, int i)
{
	const AddressToken *token = address->token;

	if (address->n - i < 3 || !token_is(&token[i], "one") || has_digit(&token[i + 1]) || is_like_number_suffix(&token[i + 1]) ||
		look_up(&token[i + 1], ADDRESS_LEVEL) != NULL)
		return false;
	for (int k = i + 2; k < address->n; k++)
		if (look_up(&token[k], ADDRESS_TYPE) != NULL)
			return true;
	return false;
}

/* Steps 2 and 3. */
static void
write_boxes(Address *address)
{
	AddressToken *token = address->token;
	int			n = 0;
	int			i = 0;

	while (address->n - i >= 2 && token_is(&token[i], "no") && is_digit(token[i + 1].text[0]) && !is_ordinal(&token[i + 1]))
		i++;
	if (is_number_one(address, i))
		set_word(&token[i], "1");
	for (; i < address->n; i++)
	{
		int			box = box_at(address, i);
		const char *ordinal = look_up(&token[i], ADDRESS_ORDINAL);

		if (box > 0)
		{
			i += box - 1;
			token[n] = token[i];
			set_word(&token[n], "po box");
			token[n++].class = ADDRESS_IS_UNIT;
			continue;
		}
		/* the letters of the two are beside each other */
		if (n > 0 && is_number_suffix(&token[i]) && is_all_digits(&token[n - 1]) && token[n - 1].text + token[n - 1].len == token[i].text)
		{
			token[n - 1].len += token[i].len;
			token[n - 1].nchars += token[i].nchars;
			token[n - 1].kinds = -1;
			continue;
		}
		token[n] = token[i];
		if (ordinal != NULL)
			set_word(&token[n], ordinal);
		n++;
	}
	address->n = n;
}

/* Step 4. */
static void
write_units(Address *address)
{
	AddressToken *token = address->token;
	int			n = 0;

	for (int i = 0; i < address->n; i++)
	{
		AddressToken *t = &token[i];
		const AddressToken *next = i + 1 < address->n ? &token[i + 1] : NULL;
		const AddressToken *before = n > 0 ? &token[n - 1] : NULL;
		const char *level = look_up(t, ADDRESS_LEVEL);

		if (look_up(t, ADDRESS_UNIT) != NULL)
		{
			int			end = i + 1;

			while (end < address->n && look_up(&token[end], ADDRESS_UNIT) != NULL)
				end++;
			if (end < address->n && (has_digit(&token[end]) || token[end].nchars == 1))
			{
				/* Apt #4: one is enough */
				token[n] = *t;
				set_word(&token[n], "unit");
				token[n++].class = ADDRESS_IS_UNIT;
			}
			else
			{
				memmove(token + n, token + i, (end - i) * sizeof(AddressToken));
				n += end - i;
			}
			i = end - 1;
			continue;
		}
		if (level != NULL && ((before != NULL && is_ordinal(before)) ||
								   (next != NULL && has_digit(next) && next->nchars <= 3)))
		{
			set_word(t, level);
			t->class = ADDRESS_IS_UNIT;
			/* 5th floor is floor 5; but what is beside them then may not be what would make another key of the key */
			if (before != NULL && is_ordinal(before) && (n < 2 || !is_ordinal(before - 1)) && (next == NULL || !is_like_number_suffix(next)))
			{
				AddressToken number = *before;

				number.len -= 2;
				number.nchars -= 2;
				number.kinds = -1;
				token[n - 1] = *t;
				token[n++] = number;
				continue;
			}
		}
		token[n++] = *t;
	}
	address->n = n;
}

/* A word of its own, as names of streets are. */
static bool
is_name(const AddressToken *t)
{
	return t->class == ADDRESS_IS_NAME && t->nchars > 1 && !has_digit(t) && look_up(t, ADDRESS_TYPE) == NULL &&
		look_up(t, ADDRESS_AFFIX) == NULL && look_up(t, ADDRESS_DIRECTION) == NULL && look_up(t, ADDRESS_UNIT) == NULL &&
		look_up(t, ADDRESS_LEVEL) == NULL;
}

/* Does a name begin after this word: is it none, a number, or a direction? */
static bool
name_begins_after(const AddressToken *before)
{
	return before == NULL || (has_digit(before) && !is_ordinal(before)) || look_up(before, ADDRESS_DIRECTION) != NULL ||
		before->class == ADDRESS_IS_UNIT;
}

/* Upper St Martins Lane, Mount St Helens Highway; but Upper St, London. */
static bool
is_before_saint(const AddressToken *before)
{
	static const char *const word[] = {"upper", "lower", "great", "little", "mount", "old", "new"};

	for (int i = 0; i < (int) lengthof(word); i++)
		if (token_is(before, word[i]))
			return true;
	return false;
}

/* Is the word's end "str", or is it the whole? */
static bool
ends_with(const AddressToken *t, const char *ending)
{
	int			len = (int) strlen(ending);

	return t->len > len && memcmp(t->text + t->len - len, ending, len) == 0;
}

static void
set_joined(AddressToken *t, const AddressToken *head, int head_len, const char *tail)
{
	int			len = (int) strlen(tail);
	int			cut = head->len - head_len;
	char	   *joined = palloc(head_len + len);

	/* what is cut off and what is joined are letters of one byte */
	memcpy(joined, head->text, head_len);
	memcpy(joined + head_len, tail, len);
	t->nchars = head->nchars - cut + len;
	t->text = joined;
	t->len = head_len + len;
	t->kinds = -1;
}

/* Step 5. */
static void
write_types(Address *address)
{
	AddressToken *token = address->token;
	int			n = 0;

	for (int i = 0; i < address->n; i++)
	{
		AddressToken *t = &token[i];
		AddressToken *before = n > 0 ? &token[n - 1] : NULL;
		const AddressToken *next = i + 1 < address->n ? &token[i + 1] : NULL;
		const char *type = look_up(t, ADDRESS_TYPE);
		const char *word = look_up(t, ADDRESS_WORD);

		if (t->class != ADDRESS_IS_NAME)
			;
		else if (next != NULL && is_name(next) && (token_is(t, "st") || token_is(t, "dr")) &&
				 (name_begins_after(before) || (token_is(t, "st") && is_before_saint(before) && i + 2 < address->n &&
												look_up(&token[i + 2], ADDRESS_TYPE) != NULL)))
			set_word(t, token_is(t, "st") ? "saint" : "doctor");
		else if (type != NULL)
		{
			set_word(t, type);
			t->class = ADDRESS_IS_TYPE;
		}
		else if (look_up(t, ADDRESS_AFFIX) != NULL)
		{
			if (before != NULL && is_name(before))
			{
				if (!ends_with(before, AFFIX_LONG))
					set_joined(before, before, before->len, AFFIX_LONG);
				continue;
			}
			set_word(t, AFFIX_LONG);
		}
		else if (ends_with(t, AFFIX_SHORT) && t->nchars >= 5 && !has_digit(t))
			set_joined(t, t, t->len - (int) strlen(AFFIX_SHORT), AFFIX_LONG);
		else if (word != NULL)
			set_word(t, word);
		token[n++] = *t;
		if ((i & 0xFFFF) == 0xFFFF)
			CHECK_FOR_INTERRUPTS();
	}
	address->n = n;
}

/* Step 6, and what the words are. */
static void
write_directions(Address *address)
{
	AddressToken *token = address->token;

	for (int i = 0; i < address->n; i++)
	{
		AddressToken *t = &token[i];
		const AddressToken *before = i > 0 ? &token[i - 1] : NULL;
		const AddressToken *next = i + 1 < address->n ? &token[i + 1] : NULL;
		const char *direction = look_up(t, ADDRESS_DIRECTION);

		if (before != NULL && before->class == ADDRESS_IS_UNIT && t->class == ADDRESS_IS_NAME &&
			(token_is(before, "unit") || (has_digit(t) && !token_is(before, "po box"))))
			t->class = ADDRESS_IS_UNIT_NUMBER;
		else if (t->class == ADDRESS_IS_NAME && has_digit(t))
			t->class = ADDRESS_IS_NUMBER;
		else if (direction != NULL && t->class == ADDRESS_IS_NAME)
		{
			bool		is_letter_name = t->nchars == 1 &&
				((next != NULL && next->class == ADDRESS_IS_TYPE) ||
				 (before != NULL && before->class == ADDRESS_IS_TYPE &&
				  (i < 2 || has_digit(&token[i - 2]))));

			if (!is_letter_name)
			{
				set_word(t, direction);
				t->class = ADDRESS_IS_DIRECTION;
			}
		}
	}
}

bool
address_read(Address *address, text *value)
{
	size_t		raw_len = VARSIZE_ANY_EXHDR(value);
	size_t		len;
	const char *utf8;

	matching_check_length(value);
	address->n = 0;
	address->has_word = false;
	address->token = address->local_token;
	address->allocated = ADDRESS_LOCAL_TOKENS;
	address->bytes = address->local_bytes;
	utf8 = fold_server_to_utf8(VARDATA_ANY(value), raw_len, &len);
	if (FOLD_UTF8_BOUND(len) > sizeof(address->local_bytes))
		address->bytes = (char *) palloc(FOLD_UTF8_BOUND(len));
	len = fold_utf8(utf8, len, address->bytes);
	if (utf8 != VARDATA_ANY(value))
		pfree(unconstify(char *, utf8));

	split_words(address, len);
	if (!address->has_word)
		return false;
	join_letters(address);
	write_boxes(address);
	CHECK_FOR_INTERRUPTS();
	write_units(address);
	CHECK_FOR_INTERRUPTS();
	write_types(address);
	write_directions(address);
	return true;
}

void
address_free(Address *address)
{
	local_array_free(address->token, address->local_token);
	if (address->bytes != address->local_bytes)
		pfree(address->bytes);
}

SALESOPS_FUNCTION(salesops_address_key);

Datum
salesops_address_key(PG_FUNCTION_ARGS)
{
	Address		address;
	text	   *result;
	Size		len = 0;
	char	   *key;
	char	   *p;
	char	   *again;

	if (!address_read(&address, PG_GETARG_TEXT_PP(0)))
	{
		address_free(&address);
		PG_RETURN_NULL();
	}
	for (int i = 0; i < address.n; i++)
		len += address.token[i].len + 1;
	p = key = (char *) palloc(len + 1);
	for (int i = 0; i < address.n; i++)
	{
		if (i > 0)
			*p++ = ' ';
		memcpy(p, address.token[i].text, (Size) address.token[i].len);
		p += address.token[i].len;
	}
	len = (Size) (p - key);
	/* a letter and its mark may meet only now that what stood between them is gone */
	again = palloc(FOLD_UTF8_BOUND(len) + 1);
	len = fold_utf8(key, len, again);
	result = fold_utf8_to_text(again, len);
	pfree(again);
	pfree(key);
	address_free(&address);
	PG_RETURN_TEXT_P(result);
}
