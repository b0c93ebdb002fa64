/*
 * phonetic.c
 *		match_phonetic(text), match_phonetic_alternate(text): how the words of a name sound, as Double Metaphone codes.
 *
 * Source: Lawrence Philips, "The Double Metaphone Search Algorithm", C/C++ Users Journal 18(6), June 2000.  A word is
 * read from left to right; each letter, with what stands around it, gives none, one or two sounds, twice: as it is
 * most likely said (the primary code), and as it may be said if the word is of another origin (the alternate code).
 * Sounds are written with the letters A (any vowel, only at the start of a word), F H J K L M N P R S T, X (sh, ch)
 * and 0 (th).  A code has 4 sounds at most, as published.
 *
 * Worked example: "Schmidt": sch at the start before a consonant is X or S; m is M; i, not the first letter, is silent;
 * dt is T: XMT, or SMT.  "Smith": s before m at the start is S or X; th is 0 or T: SM0, or XMT.  They meet in XMT.
 *
 * What is ours:
 *	- The text is folded first (core/fold.h), so that ç is c and ñ is n; the published rules read a ç as S.
 *	- Every word gets a code of its own, in the order of the text, with a space between.  The published algorithm
 *	  takes a text for one word.  Its rules that look at a name's first words ("van", "von", "San") see the word before.
 *	- Apostrophes are as if they were not there, any other character that is no Latin letter parts words; letters of other
 *	  scripts have no sound.  Words without any sound ("h") give no code; a text without any code is NULL.
 *
 * Time is in proportion to the length of the text.
 */
#include "matching/phonetic.h"

#include "miscadmin.h"

/* A word being read: letters a to z. */
typedef struct Reader
{
	const char *c;
	int			n;
	int			i;				/* the letter at hand */
	bool		slavic;			/* has w, k or cz: likely Slavic or Germanic */
	bool		germanic;		/* begins with sch, or "van" or "von" stands before */
	bool		after_san;		/* "San" stands before */
	PhoneticCode *code;
} Reader;

/* The letter at a distance from the one at hand; 0 beyond either end of the word. */
static inline char
letter(const Reader *r, int distance)
{
	int			k = r->i + distance;

	return k < 0 || k >= r->n ? '\0' : r->c[k];
}

static inline bool
is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static inline bool
is_vowel(char c)
{
	return is_one_of(c, "aeiouy");
}

/* Is one of the alternatives, such as "ach|och", at a distance from the letter at hand?  A $ is the end of the word. */
static bool
at(const Reader *r, int distance, const char *alternatives)
{
	int			start = r->i + distance;
	const char *p = alternatives;

	if (start < 0)
		return false;
	for (;;)
	{
		int			k = start;

		while (*p != '\0' && *p != '|' && (*p == '$' ? k == r->n : k < r->n && r->c[k] == *p))
		{
			k++;
			p++;
		}
		if (*p == '\0' || *p == '|')
			return true;
		/* the few letters that are left: calling strcspn takes longer */
		while (*p != '|')
		{
			if (*p++ == '\0')
				return false;
		}
		p++;
	}
}

static bool
word_begins(const Reader *r, const char *alternatives)
{
	return at(r, -r->i, alternatives);
}

static void
sound_append(char *code, int *n, const char *sound)
{
	while (*sound != '\0' && *n < PHONETIC_SOUNDS)
		code[(*n)++] = *sound++;
}

/* Adds a sound to both codes, and goes on by so many letters. */
static int
say(Reader *r, const char *sound, int letters)
{
	sound_append(r->code->primary, &r->code->nprimary, sound);
	sound_append(r->code->alternate, &r->code->nalternate, sound);
	return letters;
}

/* Adds a sound to the primary code and another one, or none, to the alternate code. */
static int
say_either(Reader *r, const char *primary, const char *alternate, int letters)
{
	sound_append(r->code->primary, &r->code->nprimary, primary);
	sound_append(r->code->alternate, &r->code->nalternate, alternate);
	return letters;
}

/* A letter that sounds always the same, and once where it is doubled. */
static int
say_once(Reader *r, const char *sound)
{
	return say(r, sound, letter(r, 1) == letter(r, 0) ? 2 : 1);
}

static int
read_ch(Reader *r)
{
	if (r->i > 0 && at(r, 0, "chae"))
		return say_either(r, "K", "X", 2);	/* Michael */
	/* Greek: character, chorus, chemistry; but not chore */
	if (r->i == 0 && at(r, 1, "harac|haris|hor|hym|hia|hem") && !at(r, 0, "chore"))
		return say(r, "K", 2);
	if (r->germanic || at(r, -2, "orches|archit|orchid") || at(r, 2, "t|s") ||
		((r->i == 0 || is_one_of(letter(r, -1), "aoue")) && (is_one_of(letter(r, 2), "lrnmbhfvw") || at(r, 2, "$"))))
		return say(r, "K", 2);	/* Bach, Wachtler, Christine */
	if (r->i == 0)
		return say(r, "X", 2);
	if (word_begins(r, "mc"))
		return say(r, "K", 2);	/* McHugh */
	return say_either(r, "X", "K", 2);
}

static int
read_c(Reader *r)
{
	/* Germanic: Bacher, Macher, but not the French or English -ache, -achi */
	if (r->i > 1 && !is_vowel(letter(r, -2)) && at(r, -1, "ach") && letter(r, 2) != 'i' &&
		(letter(r, 2) != 'e' || at(r, -2, "bacher|macher")))
		return say(r, "K", 2);
	if (r->i == 0 && at(r, 0, "caesar"))
		return say(r, "S", 2);
	if (at(r, 0, "chia"))
		return say(r, "K", 2);	/* Italian: Chianti */
	if (at(r, 0, "ch"))
		return read_ch(r);
	if (at(r, 0, "cz") && !at(r, -2, "wicz"))
		return say_either(r, "S", "X", 2);	/* Czerny */
	if (at(r, 1, "cia"))
		return say(r, "X", 3);	/* focaccia */
	if (at(r, 0, "cc") && !(r->i == 1 && word_begins(r, "m")))
	{
		if (!is_one_of(letter(r, 2), "ieh") || at(r, 2, "hu"))
			return say(r, "K", 2);	/* Pierce's rule: Bacchus */
		if ((r->i == 1 && word_begins(r, "a")) || at(r, -1, "uccee|ucces"))
			return say(r, "KS", 3);	/* accident, succeed */
		return say(r, "X", 3);	/* bacci, bertucci */
	}
	if (at(r, 0, "ck|cg|cq"))
		return say(r, "K", 2);
	if (at(r, 0, "cio|cie|cia"))
		return say_either(r, "S", "X", 2);
	if (at(r, 0, "ci|ce|cy"))
		return say(r, "S", 2);
	return say(r, "K", at(r, 1, "c|k|q") && !at(r, 1, "ce|ci") ? 2 : 1);
}

static int
read_d(Reader *r)
{
	if (at(r, 0, "dg"))
		return is_one_of(letter(r, 2), "iey") ? say(r, "J", 3) : say(r, "TK", 2);	/* edge; Edgar */
	return say(r, "T", at(r, 0, "dt|dd") ? 2 : 1);
}

static int
read_gh(Reader *r)
{
	if (r->i > 0 && !is_vowel(letter(r, -1)))
		return say(r, "K", 2);
	if (r->i == 0)
		return say(r, letter(r, 2) == 'i' ? "J" : "K", 2);	/* Ghislane; ghost */
	/* Parker's rule: hugh, bough, broughton have none */
	if ((r->i > 1 && is_one_of(letter(r, -2), "bhd")) || (r->i > 2 && is_one_of(letter(r, -3), "bhd")) ||
		(r->i > 3 && is_one_of(letter(r, -4), "bh")))
		return 2;
	if (r->i > 2 && letter(r, -1) == 'u' && is_one_of(letter(r, -3), "cglrt"))
		return say(r, "F", 2);	/* laugh, McLaughlin, cough, rough, tough */
	return letter(r, -1) == 'i' ? 2 : say(r, "K", 2);
}

static int
read_g(Reader *r)
{
	char		next = letter(r, 1);

	if (next == 'h')
		return read_gh(r);
	if (next == 'n')
	{
		if (r->i == 1 && is_vowel(r->c[0]) && !r->slavic)
			return say_either(r, "KN", "N", 2);
		if (!at(r, 2, "ey") && !r->slavic)
			return say_either(r, "N", "KN", 2);	/* not Cagney */
		return say(r, "KN", 2);
	}
	if (at(r, 1, "li") && !r->slavic)
		return say_either(r, "KL", "L", 2);	/* Tagliaro */
	/* -ges-, -gep-, -gel- at the start: Gerard, Giselle */
	if (r->i == 0 && at(r, 1, "y|es|ep|eb|el|ey|ib|il|in|ie|ei|er"))
		return say_either(r, "K", "J", 2);
	if (at(r, 1, "er|y") && !word_begins(r, "danger|ranger|manger") && !is_one_of(letter(r, -1), "ei") &&
		!at(r, -1, "rgy|ogy"))
		return say_either(r, "K", "J", 2);
	if (is_one_of(next, "eiy") || at(r, -1, "aggi|oggi"))
	{
		if (r->germanic || at(r, 1, "et"))
			return say(r, "K", 2);
		if (at(r, 1, "ier$"))
			return say(r, "J", 2);	/* always soft with a French ending */
		return say_either(r, "J", "K", 2);
	}
	return say_once(r, "K");
}

static int
read_j(Reader *r)
{
	int			letters = letter(r, 1) == 'j' ? 2 : 1;

	/* obviously Spanish */
	if (at(r, 0, "jose") || r->after_san)
	{
		if ((r->i == 0 && r->n == 4) || r->after_san)
			return say(r, "H", 1);
		return say_either(r, "J", "H", 1);
	}
	if (r->i == 0)
		return say_either(r, "J", "A", letters);	/* Jankelowicz, Yankelovich */
	if (is_vowel(letter(r, -1)) && !r->slavic && is_one_of(letter(r, 1), "ao"))
		return say_either(r, "J", "H", letters);	/* Bajador */
	if (r->i == r->n - 1)
		return say_either(r, "J", "", letters);
	if (!is_one_of(letter(r, 1), "ltksnmbz") && !is_one_of(letter(r, -1), "skl"))
		return say(r, "J", letters);
	return letters;
}

static int
read_l(Reader *r)
{
	if (letter(r, 1) != 'l')
		return say(r, "L", 1);
	/* Spanish: Cabrillo, Gallegos */
	if ((r->i == r->n - 3 && at(r, -1, "illo|illa|alle")) ||
		(at(r, -1, "alle") && (at(r, r->n - r->i - 2, "as$|os$") || at(r, r->n - r->i - 1, "a$|o$"))))
		return say_either(r, "L", "", 2);
	return say(r, "L", 2);
}

static int
read_r(Reader *r)
{
	int			letters = letter(r, 1) == 'r' ? 2 : 1;

	/* French: Rogier, but not Hochmeier */
	if (r->i == r->n - 1 && !r->slavic && at(r, -2, "ie") && !at(r, -4, "me|ma"))
		return say_either(r, "", "R", letters);
	return say(r, "R", letters);
}

static int
read_sc(Reader *r)
{
	if (letter(r, 2) == 'h')
	{
		if (at(r, 3, "er|en"))
			return say_either(r, "X", "SK", 3); /* Schermerhorn, Schenker */
		if (at(r, 3, "oo|uy|ed|em"))
			return say(r, "SK", 3); /* Dutch: school, schooner */
		if (r->i == 0 && !is_vowel(letter(r, 3)) && letter(r, 3) != 'w')
			return say_either(r, "X", "S", 3);	/* Schmidt */
		return say(r, "X", 3);
	}
	return say(r, is_one_of(letter(r, 2), "iey") ? "S" : "SK", 3);
}

static int
read_s(Reader *r)
{
	if (at(r, -1, "isl|ysl"))
		return 1;				/* island, Carlisle */
	if (r->i == 0 && at(r, 0, "sugar"))
		return say_either(r, "X", "S", 1);
	if (at(r, 0, "sh"))
		return say(r, at(r, 1, "heim|hoek|holm|holz") ? "S" : "X", 2);
	if (at(r, 0, "sio|sia"))
		return say_either(r, "S", r->slavic ? "S" : "X", 3);	/* Italian and Armenian */
	/* German and anglicised: Smith, Schmidt; Snider, Schneider; also Slavic sz */
	if ((r->i == 0 && is_one_of(letter(r, 1), "mnlw")) || letter(r, 1) == 'z')
		return say_either(r, "S", "X", letter(r, 1) == 'z' ? 2 : 1);
	if (at(r, 0, "sc"))
		return read_sc(r);
	/* French: Resnais, Artois */
	if (r->i == r->n - 1 && at(r, -2, "ai|oi"))
		return say_either(r, "", "S", 1);
	return say(r, "S", is_one_of(letter(r, 1), "sz") ? 2 : 1);
}

static int
read_t(Reader *r)
{
	if (at(r, 0, "tion|tia|tch"))
		return say(r, "X", 3);
	if (at(r, 0, "th|tth"))
	{
		/* Thomas, Thames */
		if (at(r, 2, "om|am") || r->germanic)
			return say(r, "T", 2);
		return say_either(r, "0", "T", 2);
	}
	return say(r, "T", is_one_of(letter(r, 1), "td") ? 2 : 1);
}

static int
read_w(Reader *r)
{
	if (at(r, 0, "wr"))
		return say(r, "R", 2);
	if (r->i == 0 && is_vowel(letter(r, 1)))
		say_either(r, "A", "F", 0); /* Wasserman, Vasserman */
	else if (r->i == 0 && at(r, 0, "wh"))
		say(r, "A", 0);			/* Uomo, Womo */
	/* Arnow, Filipowicz */
	if ((r->i == r->n - 1 && is_vowel(letter(r, -1))) || at(r, -1, "ewski|ewsky|owski|owsky") || word_begins(r, "sch"))
		return say_either(r, "", "F", 1);
	if (at(r, 0, "wicz|witz"))
		return say_either(r, "TS", "FX", 4);
	return 1;
}

static int
read_x(Reader *r)
{
	int			letters = is_one_of(letter(r, 1), "cx") ? 2 : 1;

	if (r->i == 0)
		return say(r, "S", 1);	/* Xavier */
	/* French: Breaux */
	if (r->i == r->n - 1 && at(r, -2, "au|ou"))
		return letters;
	return say(r, "KS", letters);
}

static int
read_z(Reader *r)
{
	int			letters = letter(r, 1) == 'z' ? 2 : 1;

	if (letter(r, 1) == 'h')
		return say(r, "J", 2);	/* Chinese: Zhao */
	if (at(r, 1, "zo|zi|za") || (r->slavic && r->i > 0 && letter(r, -1) != 't'))
		return say_either(r, "S", "TS", letters);
	return say(r, "S", letters);
}

/* Reads the letter at hand; returns how many letters it has used. */
static int
read_letter(Reader *r)
{
	switch (letter(r, 0))
	{
		case 'a':
		case 'e':
		case 'i':
		case 'o':
		case 'u':
		case 'y':
			return r->i == 0 ? say(r, "A", 1) : 1;
		case 'b':
			return say_once(r, "P");
		case 'c':
			return read_c(r);
		case 'd':
			return read_d(r);
		case 'f':
			return say_once(r, "F");
		case 'g':
			return read_g(r);
		case 'h':
			if ((r->i == 0 || is_vowel(letter(r, -1))) && is_vowel(letter(r, 1)))
				return say(r, "H", 2);
			return 1;
		case 'j':
			return read_j(r);
		case 'k':
			return say_once(r, "K");
		case 'l':
			return read_l(r);
		case 'm':
			/* dumb, thumb, plumber */
			if (at(r, -1, "umb$|umber"))
				return say(r, "M", 2);
			return say_once(r, "M");
		case 'n':
			return say_once(r, "N");
		case 'p':
			if (letter(r, 1) == 'h')
				return say(r, "F", 2);
			return say(r, "P", is_one_of(letter(r, 1), "pb") ? 2 : 1);
		case 'q':
			return say_once(r, "K");
		case 'r':
			return read_r(r);
		case 's':
			return read_s(r);
		case 't':
			return read_t(r);
		case 'v':
			return say_once(r, "F");
		case 'w':
			return read_w(r);
		case 'x':
			return read_x(r);
		case 'z':
			return read_z(r);
		default:
			return 1;
	}
}

/* The codes of a word of letters a to z; before is the word that stands before it, or NULL. */
void
phonetic_word(const char *word, int n, const char *before, int nbefore, PhoneticCode *code)
{
	Reader		r = {.c = word, .n = n, .code = code};
	int			steps = 0;

	code->nprimary = 0;
	code->nalternate = 0;
	r.germanic = word_begins(&r, "sch") ||
		(nbefore == 3 && (memcmp(before, "van", 3) == 0 || memcmp(before, "von", 3) == 0));
	r.after_san = nbefore == 3 && memcmp(before, "san", 3) == 0;
	for (int i = 0; i < n && !r.slavic; i++)
		r.slavic = word[i] == 'w' || word[i] == 'k' || (word[i] == 'z' && i > 0 && word[i - 1] == 'c');

	/* silent at the start */
	if (word_begins(&r, "gn|kn|pn|wr|ps"))
		r.i = 1;
	while (r.i < n && (code->nprimary < PHONETIC_SOUNDS || code->nalternate < PHONETIC_SOUNDS))
	{
		r.i += read_letter(&r);
		if ((++steps & 0xFFFF) == 0)
			CHECK_FOR_INTERRUPTS();
	}
}

static Datum
phonetic_of_text(FunctionCallInfo fcinfo, bool alternate)
{
	text	   *value = PG_GETARG_TEXT_PP(0);
	size_t		len;
	const char *utf8;
	char	   *folded;
	char	   *out;
	char	   *p;
	const char *before = NULL;
	int			nbefore = 0;
	size_t		i = 0;
	text	   *result;

	matching_check_length(value);
	utf8 = fold_server_to_utf8(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), &len);
	folded = (char *) palloc(FOLD_UTF8_BOUND(len) + 1);
	len = fold_utf8(utf8, len, folded);
	if (utf8 != VARDATA_ANY(value))
		pfree(unconstify(char *, utf8));

	/* a letter gives two sounds at most, and every word has a letter */
	p = out = (char *) palloc(3 * len + 1);
	while (i < len)
	{
		/* the letters of a word are brought together in place */
		char	   *word = folded + i;
		int			n = 0;
		bool		ended = false;
		PhoneticCode code;

		CHECK_FOR_INTERRUPTS();
		while (i < len && !ended)
		{
			char		c = folded[i++];

			if (c >= 'a' && c <= 'z')
				word[n++] = c;
			else if (c != '\'')
				ended = true;
		}
		if (n == 0)
			continue;
		phonetic_word(word, n, before, nbefore, &code);
		before = word;
		nbefore = n;
		if (code.nprimary == 0 && code.nalternate == 0)
			continue;
		if (p > out)
			*p++ = ' ';
		/* a word whose sounds are silent in one of the readings is known by the other */
		if (alternate ? code.nalternate > 0 : code.nprimary == 0)
		{
			memcpy(p, code.alternate, code.nalternate);
			p += code.nalternate;
		}
		else
		{
			memcpy(p, code.primary, code.nprimary);
			p += code.nprimary;
		}
	}
	pfree(folded);
	if (p == out)
	{
		pfree(out);
		PG_RETURN_NULL();
	}
	result = fold_utf8_to_text(out, p - out);
	pfree(out);
	PG_RETURN_TEXT_P(result);
}

SALESOPS_FUNCTION(salesops_match_phonetic);
SALESOPS_FUNCTION(salesops_match_phonetic_alternate);

Datum
salesops_match_phonetic(PG_FUNCTION_ARGS)
{
	return phonetic_of_text(fcinfo, false);
}

Datum
salesops_match_phonetic_alternate(PG_FUNCTION_ARGS)
{
	return phonetic_of_text(fcinfo, true);
}
