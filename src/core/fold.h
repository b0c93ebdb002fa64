/*
 * fold.h
 *		Text folding: case, accents, widths and typographic variants taken away, the same on every server.
 *
 * Keys made of folded text are stored and indexed, so folding may not change with the database's locale or with
 * an upgrade of ICU or glibc.  It is therefore our own: a table generated from one pinned version of Unicode
 * (core/fold_table.py), numbered by SALESOPS_FOLD_VERSION.  A table that folds any character differently is a
 * new version, and stored keys have to be rebuilt.
 *
 * What folding does, character by character:
 *
 *	capitals			full case folding: A → a, ß → ss, Σ and ς → σ; no locale (Turkish I, İ and ı all → i)
 *	Latin letters		without accents and strokes: é → e, ø → o, ł → l, đ and ð → d; æ → ae, œ → oe, þ → th
 *	Greek letters		without tonos and other accents: ά → α
 *	Cyrillic letters	are letters of their own (й is not и), but ё → е, as Russian itself often writes it
 *	other scripts		as they are, in composed form; Arabic and Hebrew points, Indic vowel signs are kept
 *	combining accents	dropped (U+0300 and its like), unless letter and mark compose a letter of its own:
 *						и + ˘ = й, か + ゛ = が
 *	compatibility		full-width and half-width forms, ligatures, circled and superscript forms as the plain
 *						characters: Ａ → a, ﬁ → fi, ㈱ → (株), Ⅳ → iv; but the signs for trade marks stay signs
 *	quotes, dashes		the typographic ones → ' " -; also ` and ´ → '
 *	spaces				every kind → one U+0020; runs are not squeezed
 *	invisible			control and zero-width characters, soft hyphens, direction marks, variation selectors: dropped
 *	everything else		as it is
 *
 * Folding a folded text changes nothing, a character and what it decomposes into fold alike, and a text of any server encoding
 * folds to characters that this encoding has (a mark that would make another one is left as it is, or dropped); the
 * generator of the table checks all three.  Marks that are kept (Hebrew points, Arabic vowels, Indic signs) stay in the order in which
 * they were typed: where a letter has several, canonically equivalent texts may differ in it.
 *
 * Texts in other server encodings than UTF-8 are converted.  In a SQL_ASCII database nothing is known about bytes
 * above 127: where they form valid UTF-8 they are read so, and otherwise each stands for itself, unfolded; what
 * is dropped behind such a byte leaves a space, so that stray bytes do not come together as a character.
 */
#ifndef SALESOPS_FOLD_H
#define SALESOPS_FOLD_H

#include "core/compat.h"

#include "mb/pg_wchar.h"

#define SALESOPS_FOLD_VERSION 1

/* A character folds to at most so many times its bytes, and so many characters. */
#define FOLD_GROWTH 4
#define FOLD_CHARACTERS 4

/* Room for the folded form of len bytes of UTF-8. */
#define FOLD_UTF8_BOUND(len)	((size_t) (len) * FOLD_GROWTH)

/*
 * A byte that is no part of valid UTF-8 (SQL_ASCII only) is this code point plus the byte: a lone surrogate, which
 * no text contains, so that the byte can be told from every character and be given back.
 */
#define FOLD_RAW_BYTE 0xDC00

static inline bool
fold_is_raw_byte(pg_wchar c)
{
	return c >= FOLD_RAW_BYTE && c < FOLD_RAW_BYTE + 0x100;
}

/* Between the server's encoding and UTF-8; neither copies where it need not. */
extern const char *fold_server_to_utf8(const char *src, size_t len, size_t *utf8_len);
extern text *fold_utf8_to_text(const char *src, size_t len);

/* The folded form; dst has room for FOLD_UTF8_BOUND(len) bytes.  Returns the length written. */
extern size_t fold_utf8(const char *src, size_t len, char *dst);

/* The code points of UTF-8 as they are, not folded; dst has room for len of them. */
extern size_t fold_decode(const char *src, size_t len, pg_wchar *dst);

/* Is a folded character beyond ASCII part of a word: neither punctuation nor symbol nor space? */
extern bool fold_is_word(pg_wchar c);

/* Reads one character of UTF-8, or a raw byte; returns the number of bytes. */
extern int	fold_read(const unsigned char *src, const unsigned char *end, pg_wchar *c);

/* The number of bytes before the first that is not ASCII. */
extern size_t fold_ascii_prefix(const char *src, size_t len);

#endif							/* SALESOPS_FOLD_H */
