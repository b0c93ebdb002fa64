/*
 * nickname.c
 *		nickname_class(text): the given name that a nickname or a spelling stands for: bob → robert.
 *
 * The names are data: nicknames.tsv.  Each word of the text is looked up, as person_key() splits it; a word in no list is
 * a class of its own, and so is a single letter: an initial is no nickname.  A form that belongs to several names (alex)
 * has the class of the first; person_similarity() looks at all of them.
 *
 * The class of a class is that class: every name of the file is a form of itself before it is one of another name.
 */
#include "matching/person.h"

#include "miscadmin.h"

#include "matching/nicknames.inc"

WORD_TABLE(nicknames, nickname_form, 8192);

const WordEntry *
nickname_find(const char *name, int len, const WordEntry *after)
{
	return word_table_find(&nicknames, name, len, after);
}

SALESOPS_FUNCTION(salesops_nickname_class);

Datum
salesops_nickname_class(PG_FUNCTION_ARGS)
{
	PersonName	name;
	text	   *result;

	if (!person_split(&name, PG_GETARG_TEXT_PP(0)))
	{
		person_free(&name);
		PG_RETURN_NULL();
	}
	for (int i = 0; i < name.n; i++)
	{
		PersonToken *t = &name.token[i];
		const WordEntry *entry = nickname_find(t->text, t->len, NULL);

		if (entry != NULL)
		{
			t->text = entry->value;
			t->len = (int) strlen(entry->value);
		}
		if ((i & 0xFFFF) == 0xFFFF)
			CHECK_FOR_INTERRUPTS();
	}
	result = person_tokens_to_text(name.token, name.n);
	person_free(&name);
	PG_RETURN_TEXT_P(result);
}
