/*
 * person_name.c
 *		What is wrong with a name of a person: person_name_issue.
 *
 * It judges what stands in a field for a name, whole or first or last, and says the first of these that holds:
 *
 *		blank				nothing, or a placeholder (core/placeholder.c)
 *		is_email			there is an @
 *		is_website			it begins with www. or has ://
 *		filler				hit the keyboard (keyboard_mash.c), or John Doe, Max Mustermann, First Last, Test User and their like
 *		is_company			it ends in a legal form that no person has: Inc, LLC, Ltd, GmbH ...
 *		is_role				a post or a department: Accounts Payable, Reception
 *		has_digit			John Smith 2; but not the ordinal of a suffix: John Smith 3rd
 *		invalid_character	a sign that no name has: < > { } [ ] * # $ % ^ ~ | \ = + ; : ! ? and the like
 *		initial_only		no word has more than one letter of an alphabet: J. R.
 *		too_long			more than 100 characters
 *
 * Names are not judged by what they sound like: there is no list of the right ones.  Of 100,000 real people some are called Test or Null;
 * placeholders that are names (Nan) are in no list either.
 *
 * Worked example: "J. Smith" is right; "J." is initial_only; "Smith, John (john@x.com)" is is_email; "asdf" is filler.
 */
#include "hygiene/keyboard_mash.h"

#include "core/placeholder.h"
#include "hygiene/field_issue.h"

#define NAME_CHARS 100

/* Folded, with one space between words and nothing else; in the order of their bytes. */
static const char *const filler_names[] = {
	"do not use", "does not exist", "erika mustermann", "fake name", "first last", "first name", "firstname", "firstname lastname", "fname", "fname lname",
	"jane doe", "john doe", "john q public", "juan perez perez", "last name", "lastname", "lname", "max mustermann", "mustermann", "name", "no first name", "no last name",
	"surname", "test account", "test contact", "test lead", "test person", "test user", "your name",
};

static const char *const roles[] = {
	"accounting", "accounting department", "accounts payable", "accounts receivable", "admin", "administration", "administrator", "ap department",
	"buchhaltung", "contact us", "customer care", "customer service", "customer support", "einkauf", "front desk", "general manager",
	"help desk", "helpdesk", "hr department", "human resources", "info", "it department", "marketing department", "office manager", "owner", "procurement",
	"purchasing", "purchasing department", "reception", "receptionist", "sales department", "sales team", "sekretariat", "support team", "webmaster", "zentrale",
};

/* Those of a person's name are elsewhere: Sa, Ag, Co and Spa are family names. */
static const char *const legal_forms[] = {"aktiengesellschaft", "corp", "corporation", "gbr", "gmbh", "inc", "incorporated", "limited", "llc", "llp", "ltd", "ohg", "plc", "pty", "sarl"};

static bool
in_list(const char *const *list, int n, Span s)
{
	int			low = 0;
	int			high = n;

	while (low < high)
	{
		int			middle = (low + high) / 2;
		int			length = (int) strlen(list[middle]);
		int			order = memcmp(s.p, list[middle], Min(s.n, length));

		if (order == 0)
			order = s.n - length;
		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

/* What is to be known of a name's characters. */
typedef struct NameText
{
	int			chars;
	bool		has_at;
	bool		has_digit;		/* that is in no ordinal */
	bool		has_invalid;
	bool		has_word;		/* of two letters of an alphabet, or one sign of another script */
	bool		has_letter;
	Span		words;			/* letters and digits, with one space between words */
	Span		last;			/* the last of them */
	char		bytes[FOLD_UTF8_BOUND(CONTACT_BYTES)];
} NameText;

/* Letters that are none by themselves; those of Han, Kana, Hangul and the Indic scripts may be a name. */
static inline bool
is_alphabet(pg_wchar c)
{
	return c < 0x0590;
}

/* st, nd, rd, th, or a dot or a degree sign: behind a digit */
static bool
is_ordinal(Span word)
{
	static const char *const ends[] = {"st", "nd", "rd", "th"};

	if (word.n < 3 || word.n > 4 || word.p[0] < '1' || word.p[0] > '9')
		return false;
	for (int i = 0; i < (int) lengthof(ends); i++)
		if (memcmp(word.p + word.n - 2, ends[i], 2) == 0 && (word.n == 3 || (word.p[1] >= '0' && word.p[1] <= '9')))
			return true;
	return false;
}

static void
end_word(NameText *name, int *begin, int end, int letters, bool has_digit)
{
	Span		word = {name->bytes + *begin, end - *begin};

	if (word.n == 0)
		return;
	name->last = word;
	name->has_digit = name->has_digit || (has_digit && !is_ordinal(word));
	name->has_word = name->has_word || letters >= 2;
}

static void
read_name(NameText *name, Span s)
{
	const unsigned char *p = (const unsigned char *) s.p;
	const unsigned char *end = p + s.n;
	int			n = 0;
	int			begin = 0;
	int			letters = 0;
	bool		has_digit = false;
	bool		inside = false;

	memset(name, 0, offsetof(NameText, bytes));
	while (p < end)
	{
		pg_wchar	c;
		int			width = fold_read(p, end, &c);
		bool		is_digit = c >= '0' && c <= '9';
		bool		is_letter = c < 128 ? c >= 'a' && c <= 'z' : fold_is_word(c);

		name->chars++;
		if (is_letter || is_digit)
		{
			if (!inside)
			{
				end_word(name, &begin, n, letters, has_digit);
				if (n > 0)
					name->bytes[n++] = ' ';
				begin = n;
				letters = 0;
				has_digit = false;
			}
			memcpy(name->bytes + n, p, width);
			n += width;
			letters += is_letter ? (is_alphabet(c) ? 1 : 2) : 0;
			has_digit = has_digit || is_digit;
			name->has_letter = name->has_letter || is_letter;
			inside = true;
		}
		else
		{
			/* O'Brien and D.J. are of two words, and neither is an initial alone */
			if (c == '@')
				name->has_at = true;
			else if (c < 128 && strchr("<>{}[]*#$%^~|\\=+;:!?_", (int) c) != NULL)
				name->has_invalid = true;
			inside = false;
		}
		p += width;
	}
	end_word(name, &begin, n, letters, has_digit);
	name->words.p = name->bytes;
	name->words.n = n;
}

static bool
is_website(Span s)
{
	if (span_drop_prefix(&s, "www."))
		return true;
	for (int i = 0; i + 3 <= s.n; i++)
		if (memcmp(s.p + i, "://", 3) == 0)
			return true;
	return false;
}

const char *
person_name_issue(text *value)
{
	ContactText in;
	NameText	name;

	if (placeholder_is_blank(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)))
		return "blank";
	if (!contact_read(&in, value, false))
		return "too_long";
	read_name(&name, in.text);
	if (name.has_at)
		return "is_email";
	if (is_website(in.text))
		return "is_website";
	if (keyboard_mash_folded(in.text) || in_list(filler_names, lengthof(filler_names), name.words))
		return "filler";
	if (name.last.n < name.words.n && in_list(legal_forms, lengthof(legal_forms), name.last))
		return "is_company";
	if (in_list(roles, lengthof(roles), name.words))
		return "is_role";
	if (name.has_digit)
		return "has_digit";
	if (name.has_invalid)
		return "invalid_character";
	if (!name.has_word)
		return "initial_only";
	if (name.chars > NAME_CHARS)
		return "too_long";
	return NULL;
}

FIELD_ISSUE_FUNCTION(person_name_issue);
