/*
 * tokens.h
 *		The words of a text, between spaces, in order of their characters.  See tokens.c.
 */
#ifndef SALESOPS_TOKENS_H
#define SALESOPS_TOKENS_H

#include "matching/matching.h"

typedef struct Token
{
	const pg_wchar *c;
	int			n;
} Token;

typedef struct Tokens
{
	int			n;
	Token	   *tokens;			/* in order */
} Tokens;

extern void tokens_init(Tokens *tokens, const MatchingChars *chars);
extern void tokens_make_unique(Tokens *tokens);
extern void tokens_free(Tokens *tokens);
extern int	token_compare(const Token *a, const Token *b);
/* The length of some tokens with a space between each two; they are written where `to` is not NULL. */
extern int	tokens_join(const Token *tokens, int n, pg_wchar *to);

#endif							/* SALESOPS_TOKENS_H */
