/*
 * company_key.c
 *		company_key(text): the normal form of a company's name, to group, join and index by.
 *
 * Two spellings of one name should give one key, and the names of two companies two.  The steps, in order:
 *
 *	1. Fold (core/fold.h): case, accents, widths, typographic quotes and dashes.
 *	2. Split into words.  Apostrophes join (McDonald's → mcdonalds).  Points and slashes join single letters
 *	   (I.B.M. → ibm, A/S → as, d/b/a → dba) and part words otherwise (amazon.com → amazon com).  A hyphen joins a
 *	   single letter to what follows (T-Mobile → tmobile) and parts words otherwise (Coca-Cola → coca cola).
 *	   & is a word of its own, and so is + between words.  All other punctuation and symbols part words.
 *	   A remark in brackets that is no part of the name goes ("(in liquidation)", "(formerly …)", "(duplicate)");
 *	   other brackets are only punctuation: "(UK)" tells the subsidiary apart, and stays as uk.  The registrar's
 *	   mark "/DE/" at the end of names in the EDGAR system goes.  Legal forms that scripts without spaces write to
 *	   the name become words (株式会社日立製作所 → 株式会社 日立製作所).
 *	3. Single letters beside each other are joined (J. P. Morgan → jp morgan).
 *	4. Abbreviations that have one reading are written out (mfg → manufacturing, intl → international).
 *	5. The words for "and" in several languages become "and": und, et, og …; y only between two longer words, e there
 *	   only before certain words, since it mostly is a middle initial (Jose E. Gomez).
 *	6. Of two names in one text one is kept: after "d/b/a", "trading as", "now known as"; before "f/k/a", "a/k/a".
 *	7. From both ends, for as long as something is left: the article "the" (no other: "La Poste" and "Die Casting"
 *	   show why), a dangling "and", and legal forms, the longest first: "Foo Holdings Co., Ltd." → foo holdings.
 *	8. "St", "Mt" and "Ft" at the start are Saint, Mount and Fort.
 *
 * The words of steps 4 to 8 are data: legal_forms.tsv.
 *
 * Worked example: "The Müller & Söhne GmbH & Co. KG" folds to "the muller & sohne gmbh & co. kg"; words: the, muller,
 * and, sohne, gmbh, and, co, kg; kg, co, and, gmbh go from the end, the from the front: "muller and sohne".
 *
 * The key of a key is that key: each step finds nothing to do in what the steps have made.  Two things make this so.
 * Words are only ever taken from the ends, so none become neighbours that were not; and of what a key no longer shows,
 * such as capitals or having been written as initials, nothing but the dropping of a form depends.
 *
 * A text without any letter or digit has no key: NULL, since unknown is not the same as unknown.  A name that is
 * nothing but legal forms keeps the last of them ("The Limited" → limited).
 */
#include "matching/company.h"
#include "matching/matching.h"

#include "core/local_array.h"

/* What a character does to the word before it. */
typedef enum CharClass
{
	CHAR_BREAK,					/* parts words */
	CHAR_LETTER,				/* of an alphabet */
	CHAR_DIGIT,
	CHAR_IDEOGRAPH,				/* of a script whose letters do not make initials */
	CHAR_JOIN,					/* apostrophe: as if it were not there */
	CHAR_POINT,					/* . or / */
	CHAR_HYPHEN,
	CHAR_AND,
	CHAR_PLUS,
	CHAR_OPEN,
	CHAR_CLOSE
} CharClass;

/*
 * Scripts that put no spaces between words, and whose letters make no initials: Thai and Lao, Burmese, Khmer, and from
 * U+2E80 on CJK, kana and Hangul (and what follows, none of it an alphabet in use).
 */
#define IS_IDEOGRAPH(c) \
	((c) >= 0x2E80 || \
	 ((c) >= 0x0E00 && ((c) <= 0x0EFF || ((c) >= 0x1000 && (c) <= 0x109F) || ((c) >= 0x1780 && (c) <= 0x17FF))))

static inline CharClass
char_class(const unsigned char *p, const unsigned char *end, int *width)
{
	unsigned char ch = *p;
	pg_wchar	c;

	*width = 1;
	if (ch < 0x80)
	{
		if (ch >= 'a' && ch <= 'z')
			return CHAR_LETTER;
		if (ch == ' ')
			return CHAR_BREAK;
		if (ch >= '0' && ch <= '9')
			return CHAR_DIGIT;
		switch (ch)
		{
			case '\'':
				return CHAR_JOIN;
			case '.':
			case '/':
				return CHAR_POINT;
			case '-':
				return CHAR_HYPHEN;
			case '&':
				return CHAR_AND;
			case '+':
				return CHAR_PLUS;
			case '(':
			case '[':
			case '{':
				return CHAR_OPEN;
			case ')':
			case ']':
			case '}':
				return CHAR_CLOSE;
			default:
				return CHAR_BREAK;
		}
	}
	*width = fold_read(p, end, &c);
	if (!fold_is_word(c))
		return CHAR_BREAK;
	return IS_IDEOGRAPH(c) ? CHAR_IDEOGRAPH : CHAR_LETTER;
}

static inline bool
char_is_word(CharClass class)
{
	return class == CHAR_LETTER || class == CHAR_DIGIT || class == CHAR_IDEOGRAPH;
}

static inline bool
token_is_single_letter(const CompanyToken *t)
{
	return t->nchars == 1 && (t->flags & COMPANY_TOKEN_LETTER) != 0;
}

static CompanyToken *
token_push(CompanyName *name, const char *text)
{
	CompanyToken *t;

	if (name->last == name->allocated)
		name->token = local_array_grow(name->token, name->local_token, &name->allocated, sizeof(CompanyToken));
	t = &name->token[name->last++];
	t->text = text;
	t->len = 0;
	t->nchars = 0;
	t->word = LEXICON_UNKNOWN;
	t->flags = 0;
	return t;
}

/* Is the word in a list such as " day med "? */
static bool
list_has(const char *list, const CompanyToken *t)
{
	char		padded[32];

	if (t->len > (int) sizeof(padded) - 3)
		return false;
	padded[0] = ' ';
	memcpy(padded + 1, t->text, t->len);
	padded[t->len + 1] = ' ';
	padded[t->len + 2] = '\0';
	return strstr(list, padded) != NULL;
}

/* The letter from A to Z in either case, also of full width, that a text has at `p`, and its bytes; 0 and 1 where there is none. */
static inline char
raw_letter(const char *p, size_t left, int *width)
{
	const unsigned char *u = (const unsigned char *) p;

	*width = 1;
	if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z'))
		return *p;
	if (u[0] != 0xEF || left < 3 || GetDatabaseEncoding() != PG_UTF8)
		return 0;
	*width = 3;
	if (u[1] == 0xBC && u[2] >= 0xA1 && u[2] <= 0xBA)
		return (char) ('A' + (u[2] - 0xA1));
	if (u[1] == 0xBD && u[2] >= 0x81 && u[2] <= 0x9A)
		return (char) ('a' + (u[2] - 0x81));
	return 0;
}

/* Is it the word, written in small letters, whatever its case, with a capital as its last letter and no letter behind? */
static bool
capitals_at(const char *p, size_t left, const char *word)
{
	char		last = 0;
	int			width;

	for (; *word != '\0'; word++, p += width, left -= width)
	{
		if (left == 0)
			return false;
		last = raw_letter(p, left, &width);
		/* without the locale's ideas of case */
		if (pg_ascii_tolower((unsigned char) (last != 0 ? last : *p)) != (unsigned char) *word)
			return false;
	}
	return last >= 'A' && last <= 'Z' && (left == 0 || raw_letter(p, left, &width) == 0);
}

/*
 * Was a word written with a capital at either end, in a text that has small letters, too?  Then it is no common word
 * such as "too".  Every server encoding has the ASCII letters where ASCII has them, and the text around is not looked
 * at as characters, but for letters of full width.  Only the beginning of the text is searched, so that hostile input cannot make
 * this quadratic.
 */
#define CAPITALS_SEARCHED 1024

static bool
was_in_capitals(const CompanyName *name, const char *word)
{
	size_t		searched = Min(name->raw_len, CAPITALS_SEARCHED);
	bool		has_small = false;
	bool		found = false;
	char		before = 0;
	int			width;

	for (size_t i = 0; i < searched && !(has_small && found); i += width)
	{
		char		letter = raw_letter(name->raw + i, name->raw_len - i, &width);

		if (letter >= 'a')
			has_small = true;
		else if (letter != 0 && before == 0 && !found)
			found = capitals_at(name->raw + i, name->raw_len - i, word);
		before = letter;
	}
	return has_small && found;
}

/* Do the words from i on, before last, make the form? */
static bool
form_matches(const CompanyName *name, const LexiconEntry *form, int i, int last)
{
	const CompanyToken *t = &name->token[i];

	if (form->nwords > last - i)
		return false;
	for (int k = 0; k < form->nwords; k++)
		if (t[k].word != form->word[k])
			return false;
	if (!(form->flags & LEXICON_INITIALS) || (t->flags & COMPANY_TOKEN_INITIALS))
		return true;
	return (form->flags & LEXICON_CAPITALS) && was_in_capitals(name, form->spelling);
}

/* Is the word beside the form one that it is left alone with? */
static bool
form_is_excepted(const LexiconEntry *form, const CompanyToken *beside)
{
	return form->not_beside != NULL && list_has(form->not_beside, beside);
}

static void
token_look_up(CompanyToken *t)
{
	t->word = matching_lexicon_find(t->text, t->len);
}

/* Takes the words from the bracket on away if they are a remark; returns where the next word is to be put. */
static unsigned char *
drop_remark(CompanyName *name, int bracket, unsigned char *out)
{
	const Lexicon *lexicon = matching_lexicon();
	CompanyToken *t = &name->token[bracket];

	if (bracket >= name->last || bracket == 0)
		return out;
	for (int i = bracket; i < name->last && i < bracket + LEXICON_FORM_WORDS; i++)
		token_look_up(&name->token[i]);
	if (t->word == LEXICON_UNKNOWN)
		return out;
	for (const LexiconEntry *form = lexicon->item[t->word].by_first; form != NULL; form = form->next_by_first)
		if ((form->flags & LEXICON_NOTE) && form_matches(name, form, bracket, name->last))
		{
			name->last = bracket;
			return (unsigned char *) unconstify(char *, t->text);
		}
	return out;
}

/* Step 2.  The words are written over the folded text, without spaces between them; they are never longer. */
static void
split_words(CompanyName *name, size_t len)
{
	const unsigned char *p = (const unsigned char *) name->bytes;
	const unsigned char *end = p + len;
	unsigned char *out = (unsigned char *) name->bytes;
	CompanyToken *t = NULL;		/* the word being read, if any */
	int			bracket = -1;	/* the first word in the open bracket */

	while (p < end)
	{
		int			width;
		int			next_width;
		CharClass	class = char_class(p, end, &width);

		switch (class)
		{
			case CHAR_LETTER:
			case CHAR_DIGIT:
			case CHAR_IDEOGRAPH:
				if (t == NULL)
				{
					t = token_push(name, (const char *) out);
					if (class == CHAR_LETTER)
						t->flags = COMPANY_TOKEN_LETTER;
					name->has_word = true;
				}
				if (class == CHAR_DIGIT)
					t->flags |= COMPANY_TOKEN_DIGIT;
				else if (class == CHAR_IDEOGRAPH)
				{
					t->flags |= COMPANY_TOKEN_IDEOGRAPH;
					name->has_ideograph = true;
				}
				for (int i = 0; i < width; i++)
					*out++ = p[i];
				t->len += width;
				t->nchars++;
				break;

			case CHAR_JOIN:
				break;

			case CHAR_POINT:
				/* between single letters it makes initials of them */
				if (t != NULL && p + 1 < end &&
					(token_is_single_letter(t) || (t->flags & COMPANY_TOKEN_INITIALS)) &&
					char_class(p + 1, end, &next_width) == CHAR_LETTER &&
					(p + 1 + next_width == end ||
					 !char_is_word(char_class(p + 1 + next_width, end, &next_width))))
					t->flags |= COMPANY_TOKEN_INITIALS;
				else
					t = NULL;
				break;

			case CHAR_HYPHEN:
				if (t == NULL || !token_is_single_letter(t) || p + 1 == end ||
					!char_is_word(char_class(p + 1, end, &next_width)))
					t = NULL;
				break;

			case CHAR_PLUS:
				/* C++ and Disney+ have no "and" in them: it is one with words, or with spaces, on both sides */
				if (p + 1 < end && name->last > 0 &&
					(t != NULL ? char_is_word(char_class(p + 1, end, &next_width)) :
					 p > (const unsigned char *) name->bytes && p[-1] == ' ' && p[1] == ' '))
					token_push(name, (const char *) out)->flags = COMPANY_TOKEN_AND;
				t = NULL;
				break;

			case CHAR_AND:
				token_push(name, (const char *) out)->flags = COMPANY_TOKEN_AND;
				t = NULL;
				break;

			case CHAR_OPEN:
				t = NULL;
				bracket = name->last;
				break;

			case CHAR_CLOSE:
				t = NULL;
				if (bracket >= 0)
					out = drop_remark(name, bracket, out);
				bracket = -1;
				break;

			case CHAR_BREAK:
				t = NULL;
				break;
		}
		p += width;
	}
	if (bracket >= 0)
		drop_remark(name, bracket, out);
}

/* Length without a final "/DE/", the state that EDGAR puts after the names of companies. */
static size_t
without_registrar_mark(const char *s, size_t len)
{
	size_t		end = len;
	size_t		start;

	while (end > 0 && s[end - 1] == ' ')
		end--;
	if (end < 5 || s[end - 1] != '/')
		return len;
	for (start = end - 1; start > 0 && s[start - 1] >= 'a' && s[start - 1] <= 'z'; start--)
		;
	if (start < 3 || end - 1 - start < 2 || end - 1 - start > 3 || s[start - 1] != '/' || s[start - 2] != ' ')
		return len;
	for (size_t i = 0; i < start - 2; i++)
		if (IS_HIGHBIT_SET(s[i]) || (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= '0' && s[i] <= '9'))
			return start - 2;
	return len;
}

/* How many bytes of the word are a legal form written to it, at its end or at its start; 0 if it is one itself. */
static int
affix_len(const CompanyToken *t, bool at_end)
{
	const Lexicon *lexicon = matching_lexicon();

	for (int i = 0; i < lexicon->naffixes; i++)
	{
		const char *affix = lexicon->affix[i]->spelling;
		int			len = (int) strlen(affix);

		if (t->len == len && memcmp(t->text, affix, len) == 0)
			return 0;
		if (t->len > len && memcmp(at_end ? t->text + t->len - len : t->text, affix, len) == 0)
			return len;
	}
	return 0;
}

/* Appends the part of a word from offset on, len bytes long, as a word. */
static void
token_push_part(CompanyName *name, CompanyToken whole, int offset, int len)
{
	const unsigned char *text = (const unsigned char *) whole.text + offset;
	CompanyToken *t = token_push(name, (const char *) text);
	int			width;

	t->len = len;
	t->flags = whole.flags & ~COMPANY_TOKEN_LETTER;
	if (char_class(text, text + len, &width) == CHAR_LETTER)
		t->flags |= COMPANY_TOKEN_LETTER;
	for (int i = 0; i < len; i++)
		t->nchars += (text[i] & 0xC0) != 0x80;
}

/*
 * Legal forms that are written to a name without a space become words, so that all that follows need not know: a
 * name such as 株式会社日立製作所.
 */
static void
split_affixes(CompanyName *name)
{
	int			n = name->last;

	for (int i = 0; i < n; i++)
	{
		CompanyToken t = name->token[i];
		int			len;
		int			low;

		if (!(t.flags & COMPANY_TOKEN_IDEOGRAPH))
		{
			*token_push(name, t.text) = t;
			continue;
		}
		while ((len = affix_len(&t, false)) > 0)
		{
			token_push_part(name, t, 0, len);
			t.text += len;
			t.len -= len;
		}

		/* the forms at the end are found from the last to the first, and then turned round */
		low = name->last;
		while ((len = affix_len(&t, true)) > 0)
		{
			t.len -= len;
			token_push_part(name, t, t.len, len);
		}
		token_push_part(name, t, 0, t.len);
		for (int high = name->last - 1; low < high; low++, high--)
		{
			t = name->token[low];
			name->token[low] = name->token[high];
			name->token[high] = t;
		}
	}
	name->last -= n;
	memmove(name->token, name->token + n, name->last * sizeof(CompanyToken));
}

static inline void
token_set_word(CompanyToken *t, LexiconId id)
{
	const LexiconItem *item = &matching_lexicon()->item[id];

	t->text = item->text;
	t->len = item->len;
	t->nchars = item->len;
	t->word = id;
}

/* Step 3.  The letters' texts are beside each other, too: nothing but AND, which has none, stands between words. */
static void
join_single_letters(CompanyName *name)
{
	CompanyToken *token = name->token;
	bool		in_run = false;
	int			n = 0;

	for (int i = 0; i < name->last; i++)
	{
		bool		is_single = token_is_single_letter(&token[i]);

		if (is_single && in_run)
		{
			token[n - 1].len += token[i].len;
			token[n - 1].nchars++;
			token[n - 1].flags |= COMPANY_TOKEN_INITIALS;
		}
		else
			token[n++] = token[i];
		in_run = is_single;
	}
	name->last = n;
}

/* Steps 4 and 5.  All words have numbers afterwards. */
static void
look_up_words(CompanyName *name)
{
	const Lexicon *lexicon = matching_lexicon();
	CompanyToken *token = name->token;
	bool		has_and = false;
	int			n = 0;

	for (int i = 0; i < name->last; i++)
	{
		const LexiconItem *item;

		if (token[i].flags & COMPANY_TOKEN_AND)
		{
			token_set_word(&token[i], lexicon->word_and);
			has_and = true;
			continue;
		}
		token_look_up(&token[i]);
		if (token[i].word == LEXICON_UNKNOWN)
			continue;
		item = &lexicon->item[token[i].word];
		if (item->stands_for != LEXICON_UNKNOWN && !item->front_only)
			token_set_word(&token[i], item->stands_for);
		has_and |= item->is_and;
	}
	if (!has_and)
		return;

	for (int i = 0; i < name->last; i++)
	{
		CompanyToken *t = &token[i];

		if (!(t->flags & COMPANY_TOKEN_AND) && t->word != LEXICON_UNKNOWN && lexicon->item[t->word].is_and)
		{
			const LexiconItem *item = &lexicon->item[t->word];
			bool		is_between = i > 0 && i < name->last - 1;

			/* the neighbour before has been moved to n - 1, if it was not dropped */
			if (t->word != lexicon->word_and && is_between && t->nchars == 1)
				is_between = n > 0 && token[n - 1].nchars > 1 && token[n - 1].word != lexicon->word_and &&
					token[i + 1].nchars > 1 && token[i + 1].word != lexicon->word_and &&
					(item->and_before == NULL || list_has(item->and_before, &token[i + 1]));
			if (t->word == lexicon->word_and || is_between)
			{
				token_set_word(t, lexicon->word_and);
				t->flags |= COMPANY_TOKEN_AND;
			}
		}
		/* one "and" is enough */
		if ((t->flags & COMPANY_TOKEN_AND) && n > 0 && (token[n - 1].flags & COMPANY_TOKEN_AND))
			continue;
		token[n++] = *t;
	}
	name->last = n;
}

/* The number of words of the longest form for several names that begins at i and is not the whole name, or 0. */
static int
alias_at(const CompanyName *name, int i, int flag)
{
	LexiconId	word = name->token[i].word;

	if (word == LEXICON_UNKNOWN)
		return 0;
	for (const LexiconEntry *form = matching_lexicon()->item[word].by_first; form; form = form->next_by_first)
		if ((form->flags & flag) && form->nwords < name->last - name->first && form_matches(name, form, i, name->last))
			return form->nwords;
	return 0;
}

/*
 * Step 6.  The last "d/b/a" that something follows decides, and then the first "f/k/a" that something precedes; a
 * text that is nothing but such words keeps one of them.
 */
static void
choose_alias(CompanyName *name)
{
	for (int i = name->last - 1; i >= name->first; i--)
	{
		int			n = alias_at(name, i, LEXICON_ALIAS_AFTER);

		if (n == 0)
			continue;
		if (i + n < name->last)
		{
			name->first = i + n;
			break;
		}
		name->last = i;
	}

	for (int i = name->first + 1; i < name->last; i++)
		if (alias_at(name, i, LEXICON_ALIAS_BEFORE) > 0)
		{
			name->last = i;
			break;
		}
}

/* The number of words of the longest legal form at the end that is not the whole name; 0 if there is none. */
static int
legal_form_at_end(const CompanyName *name)
{
	LexiconId	word = name->token[name->last - 1].word;

	if (word == LEXICON_UNKNOWN)
		return 0;
	for (const LexiconEntry *form = matching_lexicon()->item[word].by_last; form; form = form->next_by_last)
	{
		int			i = name->last - form->nwords;

		if (i > name->first && form_matches(name, form, i, name->last) &&
			!form_is_excepted(form, &name->token[i - 1]))
			return form->nwords;
	}
	return 0;
}

/* The same at the front. */
static int
legal_form_in_front(const CompanyName *name)
{
	LexiconId	word = name->token[name->first].word;

	if (word == LEXICON_UNKNOWN)
		return 0;
	for (const LexiconEntry *form = matching_lexicon()->item[word].by_first; form; form = form->next_by_first)
	{
		int			i = name->first + form->nwords;

		if ((form->flags & LEXICON_FRONT) && i < name->last &&
			form_matches(name, form, name->first, name->last) &&
			!form_is_excepted(form, &name->token[i]))
			return form->nwords;
	}
	return 0;
}

/* Step 7. */
static void
drop_legal_forms(CompanyName *name)
{
	const Lexicon *lexicon = matching_lexicon();

	while (name->last - name->first > 1)
	{
		const CompanyToken *front = &name->token[name->first];
		const CompanyToken *back = &name->token[name->last - 1];
		int			n;

		if ((front->flags & COMPANY_TOKEN_AND) || front->word == lexicon->word_the)
			name->first++;
		else if ((back->flags & COMPANY_TOKEN_AND) || back->word == lexicon->word_the)
			name->last--;
		else if ((n = legal_form_at_end(name)) > 0)
			name->last -= n;
		else if ((n = legal_form_in_front(name)) > 0)
			name->first += n;
		else
			break;
	}
}

bool
matching_company_read(CompanyName *name, text *value)
{
	const Lexicon *lexicon = matching_lexicon();
	const char *utf8;
	size_t		len;
	CompanyToken *front;

	matching_check_length(value);
	name->first = name->last = 0;
	name->has_word = false;
	name->has_ideograph = false;
	name->token = name->local_token;
	name->allocated = COMPANY_LOCAL_TOKENS;
	name->bytes = name->local_bytes;

	name->raw = VARDATA_ANY(value);
	name->raw_len = VARSIZE_ANY_EXHDR(value);
	utf8 = fold_server_to_utf8(name->raw, name->raw_len, &len);
	if (FOLD_UTF8_BOUND(len) > sizeof(name->local_bytes))
		name->bytes = (char *) palloc(FOLD_UTF8_BOUND(len));
	len = fold_utf8(utf8, len, name->bytes);
	if (utf8 != name->raw)
		pfree(unconstify(char *, utf8));

	split_words(name, without_registrar_mark(name->bytes, len));
	if (!name->has_word)
		return false;

	if (name->has_ideograph)
		split_affixes(name);
	join_single_letters(name);
	look_up_words(name);
	choose_alias(name);
	drop_legal_forms(name);

	/* step 8 */
	front = &name->token[name->first];
	if (name->last - name->first > 1 && front->word != LEXICON_UNKNOWN && lexicon->item[front->word].front_only)
		token_set_word(front, lexicon->item[front->word].stands_for);
	return true;
}

void
matching_company_free(CompanyName *name)
{
	local_array_free(name->token, name->local_token);
	if (name->bytes != name->local_bytes)
		pfree(name->bytes);
}

SALESOPS_FUNCTION(salesops_company_key);

Datum
salesops_company_key(PG_FUNCTION_ARGS)
{
	CompanyName name;
	text	   *result;
	char		local[COMPANY_LOCAL_BYTES];
	char	   *key = local;
	Size		len = 0;
	char	   *p;

	if (!matching_company_read(&name, PG_GETARG_TEXT_PP(0)))
	{
		matching_company_free(&name);
		PG_RETURN_NULL();
	}

	for (int i = name.first; i < name.last; i++)
		len += name.token[i].len + 1;
	if (len > sizeof(local))
		key = (char *) palloc(len);
	p = key;
	for (int i = name.first; i < name.last; i++)
	{
		if (i > name.first)
			*p++ = ' ';
		memcpy(p, name.token[i].text, name.token[i].len);
		p += name.token[i].len;
	}

	len = p - key;
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
	if (key != local)
		pfree(key);
	matching_company_free(&name);
	PG_RETURN_TEXT_P(result);
}
