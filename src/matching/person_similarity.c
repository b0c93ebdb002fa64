/*
 * person_similarity.c
 *		person_similarity(a, b): how likely two names mean one person, judged by the names alone, 0 to 1; and
 *		explain_person_similarity(a, b), which says why.
 *
 * Both names are read as person_key() reads them.  Equal keys score 1.  Otherwise
 *
 *		score = .6 · family name + .4 · given names
 *
 * Family names: the same 1; the same when written together (Mac Donald, MacDonald) .97; without particles (de la Cruz,
 * Cruz) .95; one of several (Smith-Jones, Smith) .85; else the better of a typing error, their jaro_winkler if it is .85
 * or more, two letters swapped (Glass, Glsas), .85, and the same sound (match_phonetic), .85, or .7 where it has two sounds only
 * (Meyer, Maier); and where one alone has particles, all written together, their jaro_winkler from .93 (van der Berg, Vandenberg).
 *
 * Two given names: the same 1; written together (Hans-Peter, Hanspeter) .97; a nickname or a spelling (nicknames.tsv)
 * .95; an initial .9; a typing error as above; the same sound, of three or more, .85 (of two there are too many: Jane,
 * John).  The first names are compared; where they do not agree, one may go by a middle name (J. Robert, Robert): .9 of
 * that pair.  Further given names are compared in their order; where both have some, their mean counts a quarter, and
 * where one has more, it costs .02.
 *
 * Where one side has no given name at all, the given names count .5: it is the family name that says something.  Where
 * that one word is no family name of the other but like its first given name (Alfie, Alfie Robertson), the family names
 * count .25.
 * Names that contradict each other: with another given name (John Smith, Mary Smith) the score is half of .6 · family
 * name, with another family name (a marriage, or two persons) a quarter of .4 · given names.
 *
 * Two names may be written in the other order without a comma (Smith John): one of them turned round is compared too,
 * its first word as the family name, and counts .95.  Where a name ends in two family names, as Spanish ones do, and the other has
 * the first of them alone (José García López, José García), it is compared so, and counts .9.  Names that are the same when all is written together are .97: Wilson
 * Ma O, Wilson Mao.
 *
 * Worked examples:
 *	Bob Smith, Robert Smith: .6 + .4 · .95 = .98
 *	J. Smith, Jonathan Smith: .6 + .4 · .9 = .96
 *	John Q. Smith, John Smith: .6 + .4 · .98 = .992
 *	George Michael, Michael George: .95
 *
 * Sources: the cases are those that Salesforce publishes for its matching of first and last names (initials such as J and
 * Jonathan, name variants, Jaro-Winkler, sounds, and names that are transposed); its weights are not published for
 * whole names, and these are ours.  Different on purpose: an initial is not as good as the name (there 100 of 100).
 *
 * Symmetric: every part is.  Of either name the first 16 words take part, and words of more than 64 characters are only
 * ever equal.
 */
#include "matching/person.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "matching/phonetic.h"

#define WEIGHT_FAMILY			0.60
#define WEIGHT_GIVEN			0.40
#define SIMILARITY_JOINED		0.97
#define SIMILARITY_NO_PARTICLES	0.95
#define SIMILARITY_NICKNAME		0.95
#define SIMILARITY_INITIAL		0.90
#define SIMILARITY_ONE_OF_TWO	0.85
#define SIMILARITY_SOUND		0.85
#define SIMILARITY_TWO_SOUNDS	0.70	/* of family names; given names of two sounds are too many: Jane, John */
#define SIMILARITY_LEAST		0.85	/* of a typing error */
#define SIMILARITY_BY_PARTICLES	0.93	/* least of a typing error where one has particles: Vandenberg */
#define SIMILARITY_SWAPPED		0.85	/* two letters, wherever they stand */
#define SIMILARITY_NO_GIVEN		0.50
#define SIMILARITY_NO_FAMILY	0.25
#define FACTOR_BY_MIDDLE		0.90
#define FACTOR_TURNED			0.95
#define FACTOR_TWO_FAMILY		0.90	/* the last two words as family names */
#define FACTOR_OTHER_GIVEN		0.50
#define FACTOR_OTHER_FAMILY		0.25
#define WEIGHT_MIDDLE			0.25
#define COST_NO_MIDDLE			0.02

#define SCORE_MOST				0.999	/* of different keys */

#define MAX_WORDS 16
#define MAX_LETTERS 64

typedef struct Names
{
	const PersonToken *token;
	int			n;
} Names;

/* A similarity and why it is so. */
typedef struct Reason
{
	double		score;
	const char *why;
} Reason;

typedef struct PersonReason
{
	double		score;
	bool		equal;
	bool		together;		/* are they the same when all is written together? */
	bool		turned;
	bool		two_family;		/* are the last two words of one its family names? */
	bool		no_given;
	bool		only_given;		/* of one, and it is a given name of the other */
	Reason		family;
	Reason		given;			/* of the first names, or of those that one goes by */
	bool		by_middle;
	Reason		middle;			/* why is NULL if neither has further names */
	double		given_score;	/* of all given names */
} PersonReason;

static inline bool
token_equal(const PersonToken *a, const PersonToken *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

static bool
names_equal(Names a, Names b)
{
	if (a.n != b.n)
		return false;
	for (int i = 0; i < a.n; i++)
		if (!token_equal(&a.token[i], &b.token[i]))
			return false;
	return true;
}

/* The names written together: their characters, and their bytes where they are Latin letters.  False if it is too long. */
static bool
names_join(Names names, bool with_particles, pg_wchar *c, int *n)
{
	*n = 0;
	for (int i = 0; i < names.n; i++)
	{
		if (!with_particles && i < names.n - 1 && person_is_particle(&names.token[i]))
			continue;
		if (*n + names.token[i].nchars > MAX_LETTERS || names.token[i].len > 4 * MAX_LETTERS)
			return false;
		*n += (int) fold_decode(names.token[i].text, names.token[i].len, c + *n);
	}
	return true;
}

static bool
code_equal(const char *a, int na, const char *b, int nb)
{
	return na == nb && na > 0 && memcmp(a, b, na) == 0;
}

/* How many sounds do two names that sound alike have?  0 if they do not, or are not about as long. */
static int
sounds_alike(const pg_wchar *a, int na, const pg_wchar *b, int nb)
{
	char		letters[2][MAX_LETTERS];
	PhoneticCode x;
	PhoneticCode y;

	if (na < 3 || nb < 3 || abs(na - nb) > 3)
		return 0;
	for (int i = 0; i < na; i++)
	{
		if (a[i] < 'a' || a[i] > 'z')
			return 0;
		letters[0][i] = (char) a[i];
	}
	for (int i = 0; i < nb; i++)
	{
		if (b[i] < 'a' || b[i] > 'z')
			return 0;
		letters[1][i] = (char) b[i];
	}
	phonetic_word(letters[0], na, NULL, 0, &x);
	phonetic_word(letters[1], nb, NULL, 0, &y);
	if (code_equal(x.primary, x.nprimary, y.primary, y.nprimary) ||
		code_equal(x.primary, x.nprimary, y.alternate, y.nalternate) ||
		code_equal(x.alternate, x.nalternate, y.primary, y.nprimary))
		return Min(x.nprimary, y.nprimary);
	return 0;
}

static inline void
better(Reason *best, double score, const char *why)
{
	if (score > best->score)
		*best = (Reason) {score, why};
}

/*
 * Are two neighbours swapped, and all else the same?  jaro_winkler thinks little of it at the beginning of a short name (Sma, Sam),
 * and names in use hardly ever differ so, as many do in one letter (Mary, Gary).
 */
static bool
is_swapped(const pg_wchar *a, int na, const pg_wchar *b, int nb)
{
	int			i = 0;

	if (na != nb || na < 3)
		return false;
	while (i < na && a[i] == b[i])
		i++;
	return i + 1 < na && a[i] == b[i + 1] && a[i + 1] == b[i] && memcmp(a + i + 2, b + i + 2, (na - i - 2) * sizeof(pg_wchar)) == 0;
}

/* A typing error, or the same sound. */
static void
compare_letters(Reason *best, const pg_wchar *a, int na, const pg_wchar *b, int nb, double two_sounds)
{
	double		score;
	int			sounds;

	if (na < 2 || nb < 2)
		return;
	score = matching_jaro_winkler(a, na, b, nb);
	/* equal letters here are those of names that differ in their spaces, or in particles */
	if (score >= SIMILARITY_LEAST && score < 1.0)
		better(best, score, "nearly the same letters");
	if (is_swapped(a, na, b, nb))
		better(best, SIMILARITY_SWAPPED, "two letters swapped");
	sounds = sounds_alike(a, na, b, nb);
	if (sounds >= 2)
		better(best, sounds > 2 ? SIMILARITY_SOUND : two_sounds, "the same sound");
}

static bool
chars_equal(const pg_wchar *a, int na, const pg_wchar *b, int nb)
{
	return na == nb && na > 0 && memcmp(a, b, na * sizeof(pg_wchar)) == 0;
}

/* Is a name of one a name of the other, which has another number of them?  (Where both have two, all letters count.) */
static bool
shares_name(Names a, Names b)
{
	if (a.n == b.n)
		return false;
	for (int i = 0; i < a.n; i++)
		for (int j = 0; j < b.n; j++)
			if (a.token[i].nchars > 1 && token_equal(&a.token[i], &b.token[j]) && !person_is_particle(&a.token[i]))
				return true;
	return false;
}

static Reason
compare_family(Names a, Names b)
{
	Reason		best = {0, "different"};
	pg_wchar	ca[MAX_LETTERS];
	pg_wchar	cb[MAX_LETTERS];
	int			na;
	int			nb;

	if (names_equal(a, b))
		return (Reason) {1.0, "the same"};
	if (names_join(a, true, ca, &na) && names_join(b, true, cb, &nb))
	{
		if (chars_equal(ca, na, cb, nb))
			return (Reason) {SIMILARITY_JOINED, "the same, written together"};
	}
	if (names_join(a, false, ca, &na) && names_join(b, false, cb, &nb))
	{
		if (chars_equal(ca, na, cb, nb))
			return (Reason) {SIMILARITY_NO_PARTICLES, "the same without particles"};
		if (shares_name(a, b))
			return (Reason) {SIMILARITY_ONE_OF_TWO, "one of the names is the same"};
		compare_letters(&best, ca, na, cb, nb, SIMILARITY_TWO_SOUNDS);
	}
	/* Vandenberg; where both have particles, these alone are many equal letters */
	if ((a.n == 1) != (b.n == 1) && names_join(a, true, ca, &na) && names_join(b, true, cb, &nb))
	{
		double		score = matching_jaro_winkler(ca, na, cb, nb);

		if (score >= SIMILARITY_BY_PARTICLES)
			better(&best, score, "nearly the same letters, written together");
	}
	return best;
}

/* Is one class of a name one of the other's? */
static bool
share_nickname(const PersonToken *a, const PersonToken *b)
{
	for (const WordEntry *x = NULL; (x = nickname_find(a->text, a->len, x)) != NULL;)
		for (const WordEntry *y = NULL; (y = nickname_find(b->text, b->len, y)) != NULL;)
			if (strcmp(x->value, y->value) == 0)
				return true;
	return false;
}

static Reason
compare_given(const PersonToken *a, const PersonToken *b)
{
	Reason		best = {0, "different"};
	pg_wchar	ca[MAX_LETTERS];
	pg_wchar	cb[MAX_LETTERS];
	int			na;
	int			nb;

	if (token_equal(a, b))
		return (Reason) {1.0, "the same"};
	if (!names_join((Names) {a, 1}, true, ca, &na) || !names_join((Names) {b, 1}, true, cb, &nb))
		return best;
	if (na == 1 || nb == 1)
	{
		if (na != nb && ca[0] == cb[0])
			best = (Reason) {SIMILARITY_INITIAL, "an initial"};
		return best;
	}
	if (share_nickname(a, b))
		better(&best, SIMILARITY_NICKNAME, "a nickname or spelling");
	compare_letters(&best, ca, na, cb, nb, 0);
	return best;
}

/* The given names of both, of which neither is empty. */
static void
compare_all_given(Names a, Names b, PersonReason *reason)
{
	pg_wchar	ca[MAX_LETTERS];
	pg_wchar	cb[MAX_LETTERS];
	int			na;
	int			nb;
	int			pairs = Min(a.n, b.n) - 1;

	reason->by_middle = false;
	reason->middle = (Reason) {0, NULL};
	if (names_equal(a, b))
	{
		reason->given = (Reason) {1.0, "the same"};
		reason->given_score = 1.0;
		return;
	}
	if (names_join(a, true, ca, &na) && names_join(b, true, cb, &nb) && chars_equal(ca, na, cb, nb))
	{
		reason->given = (Reason) {SIMILARITY_JOINED, "the same, written together"};
		reason->given_score = SIMILARITY_JOINED;
		return;
	}

	reason->given = compare_given(&a.token[0], &b.token[0]);
	if (reason->given.score == 0)
	{
		/* one goes by a middle name */
		for (int i = 1; i < b.n; i++)
		{
			Reason		r = compare_given(&a.token[0], &b.token[i]);

			better(&reason->given, r.score * FACTOR_BY_MIDDLE, r.why);
		}
		for (int i = 1; i < a.n; i++)
		{
			Reason		r = compare_given(&a.token[i], &b.token[0]);

			better(&reason->given, r.score * FACTOR_BY_MIDDLE, r.why);
		}
		reason->by_middle = reason->given.score > 0;
		reason->given_score = reason->given.score;
		return;
	}
	if (pairs > 0)
	{
		Reason		r = {0, "the same"};

		for (int i = 1; i <= pairs; i++)
		{
			Reason		one = compare_given(&a.token[i], &b.token[i]);

			if (one.score < 1.0)
				r.why = one.why;
			r.score += one.score;
		}
		r.score /= pairs;
		reason->middle = r;
		reason->given_score = (1.0 - WEIGHT_MIDDLE) * reason->given.score + WEIGHT_MIDDLE * r.score;
	}
	else
		reason->given_score = reason->given.score;
	if (a.n != b.n)
	{
		if (pairs == 0)
			reason->middle = (Reason) {0, "missing in one"};
		reason->given_score *= 1.0 - COST_NO_MIDDLE;
	}
}

static PersonReason
compare_parts(Names given_a, Names family_a, Names given_b, Names family_b)
{
	PersonReason reason = {0};

	reason.family = compare_family(family_a, family_b);
	if (given_a.n == 0 || given_b.n == 0)
	{
		reason.no_given = true;
		reason.given_score = given_a.n == given_b.n ? 1.0 : SIMILARITY_NO_GIVEN;
		if (reason.family.score > 0)
			reason.score = given_a.n == given_b.n ? reason.family.score :
				WEIGHT_FAMILY * reason.family.score + WEIGHT_GIVEN * SIMILARITY_NO_GIVEN;
		else if (given_a.n + given_b.n > 0)
		{
			/* the only name may be the given name */
			reason.given = given_a.n > 0 ? compare_given(&given_a.token[0], &family_b.token[0]) :
				compare_given(&family_a.token[0], &given_b.token[0]);
			reason.only_given = reason.given.score > 0;
			if (reason.only_given)
				reason.score = WEIGHT_FAMILY * SIMILARITY_NO_FAMILY + WEIGHT_GIVEN * reason.given.score;
		}
		return reason;
	}
	compare_all_given(given_a, given_b, &reason);
	if (reason.family.score == 0)
		reason.score = FACTOR_OTHER_FAMILY * WEIGHT_GIVEN * reason.given_score;
	else if (reason.given_score == 0)
		reason.score = FACTOR_OTHER_GIVEN * WEIGHT_FAMILY * reason.family.score;
	else
		reason.score = WEIGHT_FAMILY * reason.family.score + WEIGHT_GIVEN * reason.given_score;
	return reason;
}

/* The first word of the name as its family name. */
static inline Names
first_of(Names all)
{
	return (Names) {all.token, Min(all.n, 1)};
}

static inline Names
rest_of(Names all)
{
	return (Names) {all.token + Min(all.n, 1), all.n - Min(all.n, 1)};
}

/*
 * The last two words of one are its family names, of which the other, a name of less words, has the first alone: Spanish names,
 * José García López.  The score is 0 where that is not so.
 */
static PersonReason
compare_two_family(const PersonName *longer, const PersonName *shorter)
{
	PersonReason reason = {0};
	int			family = longer->n - 2;

	if (longer->family != longer->n - 1 || family < 1 || family > MAX_WORDS || longer->n <= shorter->n ||
		shorter->n - shorter->family != 1 || shorter->family > MAX_WORDS || shorter->token[shorter->family].nchars < 2 ||
		!token_equal(&longer->token[family], &shorter->token[shorter->family]))
		return reason;
	reason = compare_parts((Names) {longer->token, family}, (Names) {longer->token + family, 2},
						   (Names) {shorter->token, shorter->family}, (Names) {shorter->token + shorter->family, 1});
	reason.score *= FACTOR_TWO_FAMILY;
	reason.two_family = true;
	return reason;
}

/* Are all words written together the same? */
static bool
names_together_equal(Names a, Names b)
{
	pg_wchar	ca[MAX_LETTERS];
	pg_wchar	cb[MAX_LETTERS];
	int			na;
	int			nb;

	return names_join(a, true, ca, &na) && names_join(b, true, cb, &nb) && chars_equal(ca, na, cb, nb);
}

static PersonReason
compare_persons(const PersonName *a, const PersonName *b)
{
	int			a_given = Min(a->family, MAX_WORDS);
	int			b_given = Min(b->family, MAX_WORDS);
	Names		all_a = {a->token, a->n};
	Names		all_b = {b->token, b->n};
	Names		given_a = {a->token, a_given};
	Names		given_b = {b->token, b_given};
	Names		family_a = {a->token + a->family, Min(a->n - a->family, MAX_WORDS)};
	Names		family_b = {b->token + b->family, Min(b->n - b->family, MAX_WORDS)};
	PersonReason best;

	if (names_equal(all_a, all_b))
		return (PersonReason) {.score = 1.0, .equal = true};
	best = compare_parts(given_a, family_a, given_b, family_b);

	all_a.n = Min(all_a.n, MAX_WORDS);
	all_b.n = Min(all_b.n, MAX_WORDS);
	/* a space in the wrong place: Wilson Ma O, Wilson Mao */
	if (best.score < SIMILARITY_JOINED && names_together_equal(all_a, all_b))
		return (PersonReason) {.score = SIMILARITY_JOINED, .together = true};
	if (all_a.n > 1 && all_b.n > 1)
	{
		PersonReason turned = compare_parts(rest_of(all_a), first_of(all_a), given_b, family_b);
		PersonReason other = compare_parts(given_a, family_a, rest_of(all_b), first_of(all_b));

		if (other.score > turned.score)
			turned = other;
		turned.score *= FACTOR_TURNED;
		turned.turned = true;
		if (turned.score > best.score)
			best = turned;
	}
	if (all_a.n > 1 && all_b.n > 1)
	{
		PersonReason two = all_a.n > all_b.n ? compare_two_family(a, b) : compare_two_family(b, a);

		if (two.score > best.score)
			best = two;
	}
	/* the keys differ in words that take no part */
	best.score = Min(best.score, SCORE_MOST);
	return best;
}

double
person_names_similarity(const PersonName *a, const PersonName *b)
{
	return compare_persons(a, b).score;
}

SALESOPS_FUNCTION(salesops_person_similarity);

Datum
salesops_person_similarity(PG_FUNCTION_ARGS)
{
	PersonName	a;
	PersonName	b;
	bool		has_a = person_read(&a, PG_GETARG_TEXT_PP(0));
	bool		has_b = person_read(&b, PG_GETARG_TEXT_PP(1));
	double		score = 0;

	if (has_a && has_b)
		score = person_names_similarity(&a, &b);
	person_free(&a);
	person_free(&b);
	if (!has_a || !has_b)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(score);
}

SALESOPS_FUNCTION(salesops_explain_person_similarity);

Datum
salesops_explain_person_similarity(PG_FUNCTION_ARGS)
{
	PersonName	a;
	PersonName	b;
	PersonReason reason;
	StringInfoData out;
	bool		has_a = person_read(&a, PG_GETARG_TEXT_PP(0));
	bool		has_b = person_read(&b, PG_GETARG_TEXT_PP(1));

	if (!has_a || !has_b)
	{
		person_free(&a);
		person_free(&b);
		PG_RETURN_NULL();
	}
	reason = compare_persons(&a, &b);
	person_free(&a);
	person_free(&b);
	initStringInfo(&out);
	appendStringInfo(&out, "%.4f: ", reason.score);
	if (reason.equal)
		appendStringInfoString(&out, "the keys are the same");
	else if (reason.together)
		appendStringInfoString(&out, "the same, all written together");
	else
	{
		if (reason.turned)
			appendStringInfo(&out, "in the other order, times %.2f; ", FACTOR_TURNED);
		if (reason.two_family)
			appendStringInfo(&out, "the last two words are family names, times %.2f; ", FACTOR_TWO_FAMILY);
		if (reason.only_given)
			appendStringInfoString(&out, "family name: missing; ");
		else
			appendStringInfo(&out, "family name: %s, %.4f; ", reason.family.why, reason.family.score);
		if (reason.no_given && !reason.only_given)
			appendStringInfoString(&out, "given name: missing");
		else
		{
			appendStringInfo(&out, "given name: %s, %.4f%s", reason.given.why, reason.given.score,
							 reason.by_middle ? " as a middle name" : "");
			if (reason.middle.why != NULL)
				appendStringInfo(&out, "; further names: %s", reason.middle.why);
		}
	}
	PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
