/*
 * chars.c
 *		Texts as arrays of characters, for the comparisons of this area.
 *
 * A character is a Unicode code point; texts in other server encodings are converted.  Nothing is folded or
 * normalised here: é as one code point and as e + combining accent are different.
 */
#include "matching/matching.h"

#include "utils/builtins.h"

/* Refuses a text that is too long, before anything is allocated for it. */
void
matching_check_length(text *value)
{
	size_t		len = VARSIZE_ANY_EXHDR(value);
	int			nchars;

	if (len <= MATCHING_MAX_CHARS)
		return;
	nchars = pg_mbstrlen_with_len(VARDATA_ANY(value), (int) len);
	if (nchars > MATCHING_MAX_CHARS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a text of %d characters is too long to compare", nchars),
				 errdetail("At most %d characters can be compared.", MATCHING_MAX_CHARS),
				 errhint("Compare the part that identifies the record, for example left(value, 1000).")));
}

void
matching_chars_init(MatchingChars *chars, text *value)
{
	size_t		len;
	const char *utf8;

	matching_check_length(value);
	utf8 = fold_server_to_utf8(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), &len);
	chars->c = len <= lengthof(chars->local) ? chars->local : (pg_wchar *) palloc(len * sizeof(pg_wchar));
	chars->n = (int) fold_decode(utf8, len, chars->c);
	if (utf8 != VARDATA_ANY(value))
		pfree(unconstify(char *, utf8));
}

void
matching_chars_free(MatchingChars *chars)
{
	if (chars->c != chars->local)
		pfree(chars->c);
}
