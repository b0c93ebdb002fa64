/*
 * lexicon.c
 *		The words and legal forms of legal_forms.tsv, ready for look-up.
 *
 * Each word has a number; a form is a sequence of numbers, found through its last word (forms that end a name) or
 * its first (all others), the longest first.  So reading a name costs one hash look-up a word, and comparing with
 * forms is comparing small integers.
 *
 * The tables are filled once a backend, at the first use (about 0.1 ms), into static memory; nothing that a user
 * can cause happens here, so mistakes in the data are elog()s, and legal_forms.awk has found them before.
 */
#include "matching/lexicon.h"

typedef struct LexiconForm
{
	const char *words;
	int			flags;
	const char *not_beside;
} LexiconForm;

typedef struct LexiconWordClass
{
	const char *word;
	LexiconClass class;
	const char *before;
} LexiconWordClass;

typedef struct LexiconAbbreviation
{
	const char *word;
	const char *stands_for;
	bool		front_only;
} LexiconAbbreviation;

#include "matching/legal_forms.inc"

#define LEXICON_SLOTS 8192

StaticAssertDecl(LEXICON_MAX_WORDS <= LEXICON_SLOTS / 2, "the hash table of words is too small");

static bool lexicon_ready = false;
static Lexicon lexicon;
static LexiconItem lexicon_item[LEXICON_MAX_WORDS];
static int	lexicon_nitems = 0;
static LexiconEntry lexicon_entry[lengthof(lexicon_form)];
static const LexiconEntry *lexicon_affix[lengthof(lexicon_form)];
static int16 lexicon_slot[LEXICON_SLOTS];	/* a word's number + 1, or 0 */

/* FNV-1a: the words are ours, so a hash that resists collisions is not needed. */
static inline uint32
lexicon_hash(const char *word, int len)
{
	uint32		hash = 2166136261U;

	for (int i = 0; i < len; i++)
		hash = (hash ^ (unsigned char) word[i]) * 16777619U;
	return (hash ^ hash >> 15) & (LEXICON_SLOTS - 1);
}

LexiconId
matching_lexicon_find(const char *word, int len)
{
	uint32		slot = lexicon_hash(word, len);

	while (lexicon_slot[slot] != 0)
	{
		const LexiconItem *item = &lexicon_item[lexicon_slot[slot] - 1];

		if (item->len == len && memcmp(item->text, word, len) == 0)
			return lexicon_slot[slot] - 1;
		slot = (slot + 1) & (LEXICON_SLOTS - 1);
	}
	return LEXICON_UNKNOWN;
}

/* The number of a word, which is made known if it is not. */
static LexiconId
lexicon_add(const char *word, int len)
{
	LexiconId	id = matching_lexicon_find(word, len);
	uint32		slot;

	if (id != LEXICON_UNKNOWN)
		return id;
	if (lexicon_nitems == LEXICON_MAX_WORDS)
		elog(ERROR, "too many words in legal_forms.tsv");

	id = lexicon_nitems++;
	lexicon_item[id].text = word;
	lexicon_item[id].len = len;
	lexicon_item[id].class = LEXICON_NAME;
	lexicon_item[id].stands_for = LEXICON_UNKNOWN;

	slot = lexicon_hash(word, len);
	while (lexicon_slot[slot] != 0)
		slot = (slot + 1) & (LEXICON_SLOTS - 1);
	lexicon_slot[slot] = id + 1;
	return id;
}

/* Puts a form into its lists, after the longer ones. */
static void
lexicon_link(LexiconEntry *entry)
{
	if (entry->flags & LEXICON_END)
	{
		LexiconEntry **p = &lexicon_item[entry->word[entry->nwords - 1]].by_last;

		while (*p != NULL && (*p)->nwords > entry->nwords)
			p = &(*p)->next_by_last;
		entry->next_by_last = *p;
		*p = entry;
	}
	if (entry->flags & (LEXICON_FRONT | LEXICON_ALIAS_AFTER | LEXICON_ALIAS_BEFORE | LEXICON_NOTE))
	{
		LexiconEntry **p = &lexicon_item[entry->word[0]].by_first;

		while (*p != NULL && (*p)->nwords > entry->nwords)
			p = &(*p)->next_by_first;
		entry->next_by_first = *p;
		*p = entry;
	}
	if (entry->flags & LEXICON_AFFIX)
	{
		int			i = lexicon.naffixes++;

		for (; i > 0 && strlen(lexicon_affix[i - 1]->spelling) < strlen(entry->spelling); i--)
			lexicon_affix[i] = lexicon_affix[i - 1];
		lexicon_affix[i] = entry;
	}
}

static void
lexicon_load(void)
{
	/* an earlier attempt may have been broken off by an error */
	memset(lexicon_item, 0, sizeof(lexicon_item));
	memset(lexicon_slot, 0, sizeof(lexicon_slot));
	memset(lexicon_entry, 0, sizeof(lexicon_entry));
	lexicon_nitems = 0;
	lexicon.naffixes = 0;

	for (int i = 0; i < (int) lengthof(lexicon_word_class); i++)
	{
		const LexiconWordClass *w = &lexicon_word_class[i];
		LexiconItem *item = &lexicon_item[lexicon_add(w->word, (int) strlen(w->word))];

		if (w->class == LEXICON_AND)
		{
			item->is_and = true;
			item->and_before = w->before;
		}
		else
			item->class = w->class;
	}

	for (int i = 0; i < (int) lengthof(lexicon_abbreviation); i++)
	{
		const LexiconAbbreviation *a = &lexicon_abbreviation[i];
		LexiconId	full = lexicon_add(a->stands_for, (int) strlen(a->stands_for));
		LexiconItem *item = &lexicon_item[lexicon_add(a->word, (int) strlen(a->word))];

		item->stands_for = full;
		item->front_only = a->front_only;
	}

	for (int i = 0; i < (int) lengthof(lexicon_form); i++)
	{
		LexiconEntry *entry = &lexicon_entry[i];
		const char *word = lexicon_form[i].words;

		entry->spelling = word;
		entry->flags = lexicon_form[i].flags;
		entry->not_beside = lexicon_form[i].not_beside;
		while (*word)
		{
			int			len = (int) strcspn(word, " ");

			if (entry->nwords == LEXICON_FORM_WORDS)
				elog(ERROR, "legal form \"%s\" is too long", entry->spelling);
			entry->word[entry->nwords++] = lexicon_add(word, len);
			word += len;
			word += (*word == ' ');
		}
		lexicon_link(entry);
	}

	lexicon.item = lexicon_item;
	lexicon.affix = lexicon_affix;
	lexicon.word_and = lexicon_add("and", 3);
	lexicon.word_the = lexicon_add("the", 3);
	lexicon_ready = true;
}

const Lexicon *
matching_lexicon(void)
{
	if (unlikely(!lexicon_ready))
		lexicon_load();
	return &lexicon;
}
