/*
 * person_key.c
 *		person_key(text): the normal form of a person's name, to group, join and index by.
 *
 * The steps, in order:
 *
 *	1. Fold (core/fold.h): case, accents, widths, typographic quotes and dashes.
 *	2. Split into words.  Apostrophes join (O'Brien → obrien); points, hyphens and all other punctuation part words.
 *	   What stands in brackets goes, unless it is all there is: "Robert (Bob) Smith" → robert smith.
 *	3. Parts between commas: what follows the first comma and is nothing but suffixes, degrees and titles goes
 *	   ("John Smith, Jr., M.D."); of what is left, the first part is the family name if there is another
 *	   ("Smith, Dr. John Q." → john q smith).
 *	4. From the front titles go, from the end suffixes and degrees, for as long as something is left.
 *
 * The family name, for person_similarity(), is the part before the comma, or else the last word with what is tied to it
 * by hyphens; and the particles before it (van, de la, al).  The key is given names and family name in this order, so
 * that both ways to write a name have one key: "van der Berg, Jan" and "Berg, Jan van der" → jan van der berg.
 *
 * The words of steps 3 and 4, and the particles, are data: person_words.tsv.  Nicknames are left as they are.
 *
 * The key of a key is that key: a key has no brackets, commas or points any more, what was dropped without them is not
 * there to be dropped again, and words are only taken from the ends.
 *
 * A text without a letter has no key: NULL; nor has one of which no letter is left ("12 Jr.").
 */
#include "matching/person.h"

#include "core/local_array.h"

typedef enum PersonKind
{
	PERSON_TITLE,
	PERSON_TITLE_POINT,
	PERSON_SUFFIX,
	PERSON_DEGREE,
	PERSON_DEGREE_COMMA,
	PERSON_PARTICLE,
	PERSON_PARTICLE_INSIDE,
	PERSON_LINK
} PersonKind;

#include "matching/person_words.inc"

WORD_TABLE(person_words, person_word, 1024);

#define KIND(kind)	(1 << (kind))

/* Words that are looked up together, at most. */
#define PERSON_TITLE_WORDS 4
#define PERSON_LOOK_UP_BYTES 40

/* Is the word, or the words with `between` between them, in the list, as one of the kinds? */
static bool
is_kind(const PersonToken *t, int n, const char *between, int kinds)
{
	char		word[PERSON_LOOK_UP_BYTES];
	int			len = 0;

	for (int i = 0; i < n; i++)
	{
		if (len + t[i].len + 1 > (int) sizeof(word))
			return false;
		if (i > 0 && *between)
			word[len++] = *between;
		memcpy(word + len, t[i].text, t[i].len);
		len += t[i].len;
	}
	for (const WordEntry *e = NULL; (e = word_table_find(&person_words, word, len, e)) != NULL;)
		if (KIND(e->kind) & kinds)
			return true;
	return false;
}

bool
person_is_particle(const PersonToken *t)
{
	return is_kind(t, 1, "", KIND(PERSON_PARTICLE) | KIND(PERSON_PARTICLE_INSIDE));
}

static PersonToken *
token_push(PersonName *name, const char *text)
{
	PersonToken *t;

	if (name->n == name->allocated)
		name->token = local_array_grow(name->token, name->local_token, &name->allocated, sizeof(PersonToken));
	t = &name->token[name->n++];
	t->text = text;
	t->len = 0;
	t->nchars = 0;
	t->flags = 0;
	return t;
}

/* Takes the words in brackets away, if there are others. */
static void
drop_brackets(PersonName *name)
{
	int			outside = 0;
	int			n = 0;
	int			carried = 0;

	for (int i = 0; i < name->n; i++)
		outside += (name->token[i].flags & (PERSON_BRACKET | PERSON_LETTER)) == PERSON_LETTER;
	if (outside == 0)
		return;
	for (int i = 0; i < name->n; i++)
	{
		PersonToken *t = &name->token[i];

		/* the comma before a bracket is one before what follows it */
		carried |= t->flags & PERSON_AFTER_COMMA;
		if (t->flags & PERSON_BRACKET)
			continue;
		t->flags |= carried;
		carried = 0;
		name->token[n++] = *t;
	}
	name->n = n;
}

bool
person_split(PersonName *name, text *value)
{
	size_t		raw_len = VARSIZE_ANY_EXHDR(value);
	size_t		len;
	const char *utf8;
	const unsigned char *p;
	const unsigned char *end;
	char	   *out;
	PersonToken *t = NULL;		/* the word being read, if any */
	int			pending = 0;	/* flags of the next word */
	int			bracket = -1;	/* the first word in the open brackets */
	int			depth = 0;
	bool		has_letter = false;

	matching_check_length(value);
	name->n = 0;
	name->family = 0;
	name->token = name->local_token;
	name->allocated = PERSON_LOCAL_TOKENS;
	name->bytes = name->local_bytes;
	utf8 = fold_server_to_utf8(VARDATA_ANY(value), raw_len, &len);
	if (FOLD_UTF8_BOUND(len) > sizeof(name->local_bytes))
		name->bytes = (char *) palloc(FOLD_UTF8_BOUND(len));
	len = fold_utf8(utf8, len, name->bytes);
	if (utf8 != VARDATA_ANY(value))
		pfree(unconstify(char *, utf8));

	/* the words are written over the folded text; they are never longer */
	p = (const unsigned char *) name->bytes;
	end = p + len;
	out = name->bytes;
	while (p < end)
	{
		pg_wchar	c;
		int			width = fold_read(p, end, &c);
		bool		is_digit = c >= '0' && c <= '9';
		bool		is_letter = c < 0x80 ? c >= 'a' && c <= 'z' : fold_is_word(c);

		if (is_digit || is_letter)
		{
			if (t == NULL)
			{
				t = token_push(name, out);
				t->flags = pending | (depth > 0 ? PERSON_BRACKET : 0);
				pending = 0;
			}
			if (is_letter)
			{
				t->flags |= PERSON_LETTER;
				has_letter = true;
			}
			for (int i = 0; i < width; i++)
				*out++ = (char) p[i];
			t->len += width;
			t->nchars++;
		}
		else if (c != '\'')
		{
			pending &= PERSON_AFTER_COMMA;
			if (c == '.' && t != NULL)
			{
				t->flags |= PERSON_POINT;
				pending |= PERSON_GLUED_POINT;
			}
			else if (c == '-' && t != NULL)
				pending |= PERSON_GLUED_HYPHEN;
			else if ((c == ',' || c == ';') && depth == 0)
				pending |= PERSON_AFTER_COMMA;
			else if (c == '(' || c == '[' || c == '{')
			{
				if (depth++ == 0)
					bracket = name->n;
			}
			else if ((c == ')' || c == ']' || c == '}') && depth > 0 && --depth == 0)
				bracket = -1;
			t = NULL;
		}
		p += width;
	}
	/* brackets that nothing closes are only punctuation */
	for (int i = bracket; bracket >= 0 && i < name->n; i++)
		name->token[i].flags &= ~PERSON_BRACKET;
	drop_brackets(name);
	return has_letter;
}

/* The number of words of the longest title at the front of token[first .. last - 1]; most is the most that may go. */
static int
title_in_front(const PersonToken *token, int first, int last, int most)
{
	for (int n = Min(Min(last - first, PERSON_TITLE_WORDS), most); n > 1; n--)
		if (is_kind(token + first, n, " ", KIND(PERSON_TITLE)))
			return n;
	if (first < last && most > 0 &&
		is_kind(token + first, 1, "", KIND(PERSON_TITLE) |
				((token[first].flags & PERSON_POINT) ? KIND(PERSON_TITLE_POINT) : 0)))
		return 1;
	return 0;
}

/* The same of the suffix or degree at the end; after_comma: a comma before and a full name before that. */
static int
suffix_at_end(const PersonToken *token, int first, int last, bool after_comma, bool full_name, int most)
{
	int			k = last - 1;
	int			degrees = KIND(PERSON_DEGREE) | (full_name ? KIND(PERSON_DEGREE_COMMA) : 0);

	if (first >= last)
		return 0;
	/* M.D.; but not J.R. */
	while (k > first && (token[k].flags & PERSON_GLUED_POINT) && last - k <= 8)
		k--;
	if (last - k > 1 && last - k <= most && is_kind(token + k, last - k, "", degrees))
		return last - k;
	if (last - first >= 2 && most >= 2 && is_kind(token + last - 2, 2, " ", KIND(PERSON_DEGREE) | KIND(PERSON_SUFFIX)))
		return 2;
	if (most >= 1 && is_kind(token + last - 1, 1, "", KIND(PERSON_SUFFIX) | KIND(PERSON_DEGREE) |
							 (after_comma && full_name ? KIND(PERSON_DEGREE_COMMA) : 0)))
		return 1;
	return 0;
}

/* Takes titles and suffixes from both ends, as long as `least` words are left. */
static void
trim(const PersonToken *token, int *first, int *last, int least, bool after_comma, bool full_name)
{
	for (;;)
	{
		int			most = *last - *first - least;
		int			n;

		CHECK_FOR_INTERRUPTS();
		if ((n = title_in_front(token, *first, *last, most)) > 0)
			*first += n;
		else if ((n = suffix_at_end(token, *first, *last, after_comma, full_name, most)) > 0)
			*last -= n;
		else
			break;
	}
}

/* Step 3: puts the words in order, without what the commas set off.  Returns where the family name begins, or -1. */
static int
order_parts(PersonName *name)
{
	PersonToken *token = name->token;
	PersonToken *ordered;
	int			n = 0;
	int			family_first = -1;	/* the first part that is kept */
	int			family_last = -1;
	int			parts = 0;
	int			given = 0;
	int			words_before = 0;

	ordered = (PersonToken *) palloc(name->n * sizeof(PersonToken));
	for (int start = 0, end; start < name->n; start = end)
	{
		int			first = start;
		int			last;

		for (end = start + 1; end < name->n && !(token[end].flags & PERSON_AFTER_COMMA); end++)
			;
		last = end;
		if (start > 0)
		{
			/* nothing but suffixes and titles? */
			trim(token, &first, &last, 0, true, parts >= 2 || words_before >= 2);
			if (first < last)
			{
				first = start;
				last = end;
				trim(token, &first, &last, 0, false, false);
			}
		}
		else
			trim(token, &first, &last, 0, false, last - first > 2);
		CHECK_FOR_INTERRUPTS();
		if (first == last)
			continue;
		parts++;
		words_before += last - first;
		if (family_first < 0)
		{
			family_first = first;
			family_last = last;
			continue;
		}
		memcpy(ordered + n, token + first, (last - first) * sizeof(PersonToken));
		n += last - first;
	}

	if (parts > 0)
	{
		given = n;
		memcpy(ordered + n, token + family_first, (family_last - family_first) * sizeof(PersonToken));
		ordered[n].flags &= ~(PERSON_GLUED_POINT | PERSON_GLUED_HYPHEN);
		n += family_last - family_first;
		memcpy(token, ordered, (Size) n * sizeof(PersonToken));
		name->n = n;
	}
	pfree(ordered);
	return parts > 1 ? given : -1;
}

/* Where the family name begins, given where it does by the commas, or -1. */
static int
find_family(const PersonName *name, int family)
{
	const PersonToken *token = name->token;
	int			k = family;

	if (k < 0 || k >= name->n)
	{
		k = name->n - 1;
		while (k > 0 && (token[k].flags & PERSON_GLUED_HYPHEN) && !person_is_particle(&token[k - 1]))
			k--;
		if (k > 2 && is_kind(&token[k - 1], 1, "", KIND(PERSON_LINK)))
			k -= 2;				/* Ortega y Gasset */
	}
	while (k > 1 && person_is_particle(&token[k - 1]))
		k--;
	if (k == 1 && is_kind(&token[0], 1, "", KIND(PERSON_PARTICLE)))
		k = 0;
	return k;
}

bool
person_read(PersonName *name, text *value)
{
	int			family = -1;
	int			first = 0;
	int			last;
	bool		has_comma = false;

	if (!person_split(name, value))
		return false;
	for (int i = 1; i < name->n && !has_comma; i++)
		has_comma = (name->token[i].flags & PERSON_AFTER_COMMA) != 0;
	if (has_comma)
		family = order_parts(name);

	last = name->n;
	trim(name->token, &first, &last, 1, false, !has_comma && last - first > 2);
	if (first > 0)
		memmove(name->token, name->token + first, (last - first) * sizeof(PersonToken));
	name->n = last - first;
	name->family = find_family(name, family < 0 ? -1 : Max(family - first, 0));
	for (int i = 0; i < name->n; i++)
		if (name->token[i].flags & PERSON_LETTER)
			return true;
	return false;
}

void
person_free(PersonName *name)
{
	local_array_free(name->token, name->local_token);
	if (name->bytes != name->local_bytes)
		pfree(name->bytes);
}

text *
person_tokens_to_text(const PersonToken *token, int n)
{
	text	   *result;
	Size		len = 0;
	char	   *key;
	char	   *p;

	for (int i = 0; i < n; i++)
		len += token[i].len + 1;
	p = key = (char *) palloc(Max(len, 1));
	for (int i = 0; i < n; i++)
	{
		if (i > 0)
			*p++ = ' ';
		memcpy(p, token[i].text, token[i].len);
		p += token[i].len;
	}
	len = (Size) (p - key);
	if (fold_ascii_prefix(key, len) < len)
	{
		/* a letter and its mark may meet only now that what stood between them is gone */
		char	   *again = palloc(FOLD_UTF8_BOUND(len));

		len = fold_utf8(key, len, again);
		result = fold_utf8_to_text(again, len);
		pfree(again);
	}
	else
		result = fold_utf8_to_text(key, len);
	pfree(key);
	return result;
}

SALESOPS_FUNCTION(salesops_person_key);

Datum
salesops_person_key(PG_FUNCTION_ARGS)
{
	PersonName	name;
	text	   *result;

	if (!person_read(&name, PG_GETARG_TEXT_PP(0)))
	{
		person_free(&name);
		PG_RETURN_NULL();
	}
	result = person_tokens_to_text(name.token, name.n);
	person_free(&name);
	PG_RETURN_TEXT_P(result);
}
