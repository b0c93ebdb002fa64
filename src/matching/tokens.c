/*
 * tokens.c
 *		The words of a text, between spaces, in order of their characters.
 *
 * A space is every character that Unicode calls white space; nothing else parts words, and nothing is folded.
 */
#include "matching/tokens.h"

#include "miscadmin.h"

static inline bool
is_space(pg_wchar c)
{
	if (c < 0x80)
		return c == ' ' || (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x1F);
	return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
		c == 0x205F || c == 0x3000;
}

int
token_compare(const Token *a, const Token *b)
{
	int			n = Min(a->n, b->n);

	for (int i = 0; i < n; i++)
	{
		if (a->c[i] != b->c[i])
			return a->c[i] < b->c[i] ? -1 : 1;
	}
	return a->n - b->n;
}

#define MERGE_SORT_NAME sort_tokens
#define MERGE_SORT_TYPE Token
#define MERGE_SORT_COMPARE token_compare
#include "core/merge_sort.h"

void
tokens_init(Tokens *tokens, const MatchingChars *chars)
{
	int			room = 0;
	bool		inside = false;

	for (int i = 0; i < chars->n; i++)
	{
		bool		space = is_space(chars->c[i]);

		room += !space && !inside;
		inside = !space;
	}
	tokens->n = 0;
	tokens->tokens = palloc(Max(room, 1) * sizeof(Token));
	inside = false;
	for (int i = 0; i < chars->n; i++)
	{
		if (is_space(chars->c[i]))
			inside = false;
		else if (inside)
			tokens->tokens[tokens->n - 1].n++;
		else
		{
			tokens->tokens[tokens->n++] = (Token) {&chars->c[i], 1};
			inside = true;
		}
	}
	sort_tokens(tokens->tokens, tokens->n);
}

void
tokens_make_unique(Tokens *tokens)
{
	int			n = 0;

	for (int i = 0; i < tokens->n; i++)
	{
		if (n == 0 || token_compare(&tokens->tokens[n - 1], &tokens->tokens[i]) != 0)
			tokens->tokens[n++] = tokens->tokens[i];
	}
	tokens->n = n;
}

int
tokens_join(const Token *tokens, int n, pg_wchar *to)
{
	int			length = 0;

	for (int i = 0; i < n; i++)
	{
		if (i > 0)
		{
			if (to != NULL)
				to[length] = ' ';
			length++;
		}
		if (to != NULL)
			memcpy(to + length, tokens[i].c, tokens[i].n * sizeof(pg_wchar));
		length += tokens[i].n;
	}
	return length;
}

void
tokens_free(Tokens *tokens)
{
	pfree(tokens->tokens);
}
