/*
 * phone.c
 *		Telephone numbers: phone_key, phone_extension, phone_similarity, explain_phone_similarity.
 *
 * The key is the number of E.164: + calling code national number, as it is dialled from abroad.  In this order:
 *
 *	1. The text is folded, digits of other scripts become those of ASCII.  A tel: URI is read as RFC 3966 has it.
 *	2. An extension at the end is split off: x12, ext. 12, ;ext=12, Durchwahl 12, poste 12, ...
 *	3. What stands in front of the first digit or + is a label ("Tel."), what stands behind the last one, too, if the
 *		digits make a number without it; otherwise letters are those of a keypad (ITU-T E.161): 1-800-FLOWERS.
 *	4. Behind + or an international prefix stands a calling code; otherwise the number is one of the region.
 *	5. Trunk prefixes go: 030 123456 and +49 (0)30 123456 → +4930123456.
 *	6. A number is one if its length is possible in its country; in North America (calling code 1), if area and
 *		exchange do not begin with 0 or 1, too.  What is typed to get past a form is none, with the
 *		calling code or without it: 0000000, 1234567890, +98 765432.
 *
 * Codes, prefixes and lengths are data, phone_regions.tsv.  Which numbers are in use is not known here: it changes every
 * week, and keys may not.
 *
 * The key of a key is that key in every region: it begins with +, and its national number has no trunk prefix to drop.
 *
 * Source: ITU-T E.164 and E.123; the steps are those of Google's libphonenumber, whose metadata also knows the numbers in
 * use.  Where we differ: trunk prefixes of carriers other than Brazil's stay, and letters behind a number are no digits.
 *
 * The similarity is that of Salesforce's matching rules ("Fuzzy: Phone" in Matching Methods Used in Matching Rules): the
 * sections of two numbers are compared for equality, and count country 10 %, area 50 %, next three digits 30 %, last four
 * 10 %.  They are written for North America; elsewhere area and exchange are the first and the next three digits of the
 * national number, and the line is the rest: so that of two extensions of one firm only the line differs.
 *
 * Worked example: 415-555-1234 and (415) 555-5678 of the US: 10 + 50 + 30 of 100 → 0.9.
 */
#include "matching/contact.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"

typedef struct PhoneRegion
{
	char		region[3];
	const char *code;
	const char *international;	/* prefixes, with a space between them */
	const char *trunk;			/* the same */
	uint32		lengths;		/* bit n: a number may have n digits */
} PhoneRegion;

typedef struct PhoneCode
{
	const char *trunk;			/* NULL: no such code */
	uint32		lengths;
} PhoneCode;

#include "matching/phone_regions.inc"

#define PHONE_TEXT_BYTES 256
#define PHONE_MAX_DIGITS 40
#define E164_DIGITS 15
#define EXTENSION_DIGITS 9

typedef struct Phone
{
	char		key[E164_DIGITS + 2];	/* with + and an end */
	int			code_len;
	const char *national;		/* in key */
	int			national_len;
} Phone;

/* What is read of a text. */
typedef struct PhoneText
{
	bool		is_international;	/* begins with + */
	char		digits[PHONE_MAX_DIGITS + 1];	/* those of letters, too */
	int			n;
	int			plain;			/* so many of them stand before the first letter */
	bool		is_mixed;		/* do digits follow letters? */
	bool		has_words;		/* are there letters that are on no keypad? */
	int			behind;			/* digits behind the first letter */
	Span		extension;
	ContactText contact;
} PhoneText;

/* ---- regions ---- */

static const PhoneRegion *
region_lookup(const char *code, int n)
{
	char		wanted[3] = "";
	int			low = 0;
	int			high = lengthof(phone_region) - 1;

	if (n != 2)
		return NULL;
	wanted[0] = (char) pg_ascii_toupper((unsigned char) code[0]);
	wanted[1] = (char) pg_ascii_toupper((unsigned char) code[1]);
	while (low <= high)
	{
		int			mid = (low + high) / 2;
		int			order = strcmp(wanted, phone_region[mid].region);

		if (order == 0)
			return &phone_region[mid];
		if (order < 0)
			high = mid - 1;
		else
			low = mid + 1;
	}
	return NULL;
}

/* The code of a region as it is written, two capitals, or NULL where there is no such region. */
const char *
phone_region_code(const char *code, int n)
{
	const PhoneRegion *region = region_lookup(code, n);

	return region != NULL ? region->region : NULL;
}

/* The region of a number that is not written as it is dialled from abroad.  NULL for an empty one. */
static const PhoneRegion *
region_find(text *value)
{
	const char *p = VARDATA_ANY(value);
	int			n = (int) VARSIZE_ANY_EXHDR(value);
	const PhoneRegion *region = region_lookup(p, n);
	int			spaces;

	if (region != NULL)
		return region;
	for (spaces = 0; spaces < n && p[spaces] == ' '; spaces++)
		;
	if (spaces == n)
		return NULL;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown region \"%.*s\"", pg_mbcliplen(p, n, 20), p),
			 errdetail("A region is one of the two-letter codes of ISO 3166-1, such as US, GB or DE."),
			 errhint("Give the region that the number is dialled in: the country of the record's address.")));
}

static inline bool
length_is_possible(uint32 lengths, int n)
{
	return n > 0 && n <= E164_DIGITS && (lengths >> n & 1);
}

/* ---- numbers ---- */

/*
 * Does the number begin with one of the prefixes, separated by spaces, so that it goes on with something?  Returns the
 * length of the longest one, or 0.
 */
static int
prefix_len(const char *prefixes, const char *digits, int n)
{
	int			longest = 0;

	while (*prefixes != '\0')
	{
		int			len = (int) strcspn(prefixes, " ");

		if (len > longest && len < n && memcmp(prefixes, digits, len) == 0)
			longest = len;
		prefixes += len;
		if (*prefixes == ' ')
			prefixes++;
	}
	return longest;
}

/* Is it what is typed to get past a form: one digit throughout, or 1234567(890) with or without a 0, or that turned round? */
static bool
is_placeholder(const char *digits, int n)
{
	static const char up[] = "01234567890";
	static const char down[] = "09876543210";
	bool		same = true;

	for (int i = 1; i < n && same; i++)
		same = digits[i] == digits[0];
	if (same)
		return true;
	if (n < 7 || n > 11)
		return false;
	if (memcmp(digits, up, n) == 0 || memcmp(digits, down, n) == 0)
		return true;
	return n <= 10 && (memcmp(digits, up + 1, n) == 0 || memcmp(digits, down + 1, n) == 0);
}

/* An Argentine mobile number as it is dialled at home, 11 15 2345 6789, as it is dialled from abroad. */
static void
argentine_mobile(char *digits, int *n)
{
	/* area codes are 11, or have three or four digits */
	for (int area = digits[0] == '1' ? 2 : 3; area <= 4; area++)
		if (digits[area] == '1' && digits[area + 1] == '5')
		{
			memmove(digits + area, digits + area + 2, 12 - area - 2);
			memmove(digits + 1, digits, 10);
			digits[0] = '9';
			*n = 11;
			return;
		}
}

/* Less digits than these are too few, rather than what is typed to get past a form. */
#define FILLER_DIGITS 3

/* Of a number that has not a possible length: why. */
static PhoneFault
length_fault(uint32 lengths, int n)
{
	if (n > E164_DIGITS || lengths >> n == 0)
		return PHONE_IS_LONG;
	return (lengths & ((1U << n) - 1)) == 0 ? PHONE_IS_SHORT : PHONE_HAS_OTHER_LENGTH;
}

/*
 * The number in a country as it is dialled from abroad, in place, or why it is none.  What this leaves it would leave
 * once more.
 */
static PhoneFault
national_number(int code, char *digits, int *n, bool from_abroad)
{
	const char *trunk = phone_code[code].trunk;
	uint32		lengths = phone_code[code].lengths;
	int			drop = 0;
	int			len;

	if (trunk[0] == '0' && (trunk[1] == '\0' || trunk[1] == ' '))
		/* no number begins so: 0 goes however often it is there */
		while (drop < *n && digits[drop] == '0')
			drop++;
	memmove(digits, digits + drop, *n - drop);
	*n -= drop;

	/* 0, a carrier's two digits, area and number */
	if (code == 55 && drop > 0 && (*n == 12 || *n == 13))
	{
		*n -= 2;
		memmove(digits, digits + 2, *n);
	}
	/* mobile numbers had a 1 behind the calling code that is no longer dialled */
	if (from_abroad && code == 52 && *n == 11 && digits[0] == '1')
	{
		*n -= 1;
		memmove(digits, digits + 1, *n);
	}
	if (code == 54 && *n == 12)
		argentine_mobile(digits, n);

	/* a prefix that numbers may begin with, too, is one only where the number would be too long with it */
	if (!length_is_possible(lengths, *n) && (len = prefix_len(trunk, digits, *n)) > 0)
	{
		*n -= len;
		memmove(digits, digits + len, *n);
	}
	/* what is all one digit or in order was not meant, however long it is */
	if (is_placeholder(digits, *n))
		return *n < FILLER_DIGITS ? PHONE_IS_SHORT : PHONE_IS_FILLER;
	if (!length_is_possible(lengths, *n))
		return length_fault(lengths, *n);
	if (code == 1)
		return digits[0] < '2' ? PHONE_HAS_NO_AREA : digits[3] < '2' ? PHONE_HAS_NO_EXCHANGE : PHONE_IS_FINE;
	/* it would lose more if it were read again */
	return trunk[0] == '0' && (trunk[1] == '\0' || trunk[1] == ' ') && digits[0] == '0' ? PHONE_HAS_OTHER : PHONE_IS_FINE;
}

static PhoneFault
phone_make(Phone *phone, const char *code, const char *digits, int n, bool from_abroad)
{
	char		national[PHONE_MAX_DIGITS + 1];
	int			code_len = (int) strlen(code);
	PhoneFault	fault;

	if (n < 0 || n > PHONE_MAX_DIGITS)
		return PHONE_IS_LONG;
	memcpy(national, digits, (size_t) n);
	fault = national_number(atoi(code), national, &n, from_abroad);
	if (fault != PHONE_IS_FINE)
		return fault;
	if (code_len + n > E164_DIGITS)
		return PHONE_IS_LONG;
	phone->code_len = code_len;
	phone->key[0] = '+';
	memcpy(phone->key + 1, code, code_len);
	memcpy(phone->key + 1 + code_len, national, n);
	phone->key[1 + code_len + n] = '\0';
	phone->national = phone->key + 1 + code_len;
	phone->national_len = n;
	/* +98 765432: a key must not be what is typed to get past a form */
	return is_placeholder(phone->key + 1, code_len + n) ? PHONE_IS_FILLER : PHONE_IS_FINE;
}

/* Digits that begin with a calling code. */
static PhoneFault
phone_international(Phone *phone, const char *digits, int n)
{
	int			code = 0;
	char		written[4];

	/* no code begins with another */
	for (int len = 1; len <= 3 && len < n; len++)
	{
		code = code * 10 + (digits[len - 1] - '0');
		if (code == 0)
			return PHONE_HAS_UNKNOWN_CODE;
		if (phone_code[code].trunk != NULL)
		{
			memcpy(written, digits, len);
			written[len] = '\0';
			return phone_make(phone, written, digits + len, n - len, true);
		}
	}
	return n > 3 ? PHONE_HAS_UNKNOWN_CODE : PHONE_IS_SHORT;
}

static PhoneFault
phone_of_digits(Phone *phone, const PhoneRegion *region, const char *digits, int n, bool is_international)
{
	int			len;
	int			code_len;
	PhoneFault	from_abroad = PHONE_HAS_UNKNOWN_CODE;
	PhoneFault	at_home;

	if (n == 0)
		return PHONE_HAS_NO_DIGITS;
	if (is_placeholder(digits, n))
		return n < FILLER_DIGITS ? PHONE_IS_SHORT : PHONE_IS_FILLER;
	if (is_international)
	{
		/* +00 49 ...: twice said */
		len = prefix_len("00", digits, n);
		return phone_international(phone, digits + len, n - len);
	}
	len = prefix_len(region->international, digits, n);
	if (len > 0 && (from_abroad = phone_international(phone, digits + len, n - len)) == PHONE_IS_FINE)
		return PHONE_IS_FINE;
	len = prefix_len("00", digits, n);
	if (len > 0 && (from_abroad = phone_international(phone, digits + len, n - len)) == PHONE_IS_FINE)
		return PHONE_IS_FINE;

	/* a calling code without its +, where the number is too long for another */
	code_len = (int) strlen(region->code);
	if (n > code_len && !length_is_possible(region->lengths, n) && memcmp(digits, region->code, code_len) == 0 &&
		length_is_possible(region->lengths, n - code_len) &&
		phone_make(phone, region->code, digits + code_len, n - code_len, true) == PHONE_IS_FINE)
		return PHONE_IS_FINE;
	at_home = phone_make(phone, region->code, digits, n, false);
	/* what was dialled as from abroad has the fault that it has there */
	return at_home == PHONE_IS_FINE || from_abroad == PHONE_HAS_UNKNOWN_CODE ? at_home : from_abroad;
}

/* ---- texts ---- */

/* The digits of other scripts as ASCII, in place. */
static void
plain_digits(Span *s)
{
	static const pg_wchar zero[] = {0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6,
	0x0D66, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810};
	const unsigned char *p = (const unsigned char *) s->p;
	const unsigned char *end = p + s->n;
	char	   *out = unconstify(char *, s->p);

	while (p < end)
	{
		pg_wchar	c;
		int			width = fold_read(p, end, &c);
		bool		is_digit = false;

		for (int i = 0; i < (int) lengthof(zero) && c >= 0x80 && !is_digit; i++)
			if (c >= zero[i] && c <= zero[i] + 9)
			{
				*out++ = (char) ('0' + (c - zero[i]));
				is_digit = true;
			}
		if (!is_digit)
		{
			memmove(out, p, width);
			out += width;
		}
		p += width;
	}
	s->n = (int) (out - s->p);
}

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || IS_HIGHBIT_SET(c);
}

/* Splits "ext. 12" and its like off the end. */
static void
take_extension(Span *s, Span *extension)
{
	/* folded; the longer of two that end alike first */
	static const char *const marker[] = {"extension", "extn", "ext", "x", "durchwahl", "dw", "klappe", "poste", "anexo",
		"ramal", "interno", "int", "toestel", "tst", "wew", "\320\264\320\276\320\261", "\345\206\205\347\267\232"};
	int			end = s->n;
	int			first;
	int			word;

	while (end > 0 && (s->p[end - 1] == ')' || s->p[end - 1] == ']' || s->p[end - 1] == ' ' || s->p[end - 1] == '.'))
		end--;
	for (first = end; first > 0 && is_digit(s->p[first - 1]); first--)
		;
	if (first == end || end - first > EXTENSION_DIGITS)
		return;
	for (word = first; word > 0 && strchr(" .:=-#", s->p[word - 1]) != NULL; word--)
		;
	for (int i = 0; i < (int) lengthof(marker); i++)
	{
		int			n = (int) strlen(marker[i]);

		if (word >= n && memcmp(s->p + word - n, marker[i], n) == 0 && (word == n || !is_letter(s->p[word - n - 1])))
		{
			extension->p = s->p + first;
			extension->n = end - first;
			s->n = word - n;
			return;
		}
	}
	/* # alone, behind a number */
	if (memchr(s->p + word, '#', first - word) != NULL && word > 0 && (is_digit(s->p[word - 1]) || s->p[word - 1] == ')'))
	{
		extension->p = s->p + first;
		extension->n = end - first;
		s->n = word;
	}
}

/* tel:+49-30-123;ext=12 or tel:123;phone-context=+49-30; false if there is not room for it. */
static bool
take_uri(Span *s, Span *extension, char *bytes, int room)
{
	Span		context = {NULL, 0};
	const char *end = s->p + s->n;
	Span		number = {s->p, 0};

	for (const char *p = s->p; p <= end;)
	{
		const char *q = memchr(p, ';', end - p);
		Span		part = {p, 0};

		if (q == NULL)
			q = end;
		part.n = (int) (q - p);
		if (p == s->p)
			number = part;
		else if (span_drop_prefix(&part, "ext="))
			*extension = part;
		else if (span_drop_prefix(&part, "phone-context=") && part.n > 0 && *part.p == '+')
			context = part;
		p = q + 1;
	}
	for (int i = 0; i < extension->n; i++)
		if (!is_digit(extension->p[i]) || extension->n > EXTENSION_DIGITS)
			extension->n = 0;
	if (context.n > 0 && number.n > 0 && *number.p != '+')
	{
		if (context.n + number.n > room)
			return false;
		memcpy(bytes, context.p, context.n);
		memcpy(bytes + context.n, number.p, number.n);
		number.p = bytes;
		number.n += context.n;
	}
	*s = number;
	return true;
}

/* Reads the text, or says why it cannot be a number; the extension is there in either case. */
static PhoneFault
phone_text_read(PhoneText *in, text *value)
{
	static const char keypad[] = "22233344455566677778889999";
	Span		s;
	char		bytes[PHONE_TEXT_BYTES];
	int			at = 0;
	bool		has_letter = false;
	bool		has_other = false;	/* since the last digit */
	bool		parts_numbers = false;	/* and is it what stands between two numbers? */

	in->is_international = in->is_mixed = in->has_words = false;
	in->n = in->plain = in->behind = 0;
	in->extension.n = 0;
	if (!contact_read(&in->contact, value, false))
		return PHONE_IS_LONG;
	s = in->contact.text;
	plain_digits(&s);
	if (s.n > PHONE_TEXT_BYTES)
		return PHONE_IS_LONG;
	if (span_drop_prefix(&s, "tel:"))
	{
		if (!take_uri(&s, &in->extension, bytes, sizeof(bytes)))
			return PHONE_IS_LONG;
	}
	if (in->extension.n == 0)
		take_extension(&s, &in->extension);

	while (at < s.n && s.p[at] != '+' && !is_digit(s.p[at]))
		at++;
	for (; at < s.n && s.p[at] == '+'; at++)
		in->is_international = true;
	for (; at < s.n; at++)
	{
		char		c = s.p[at];

		if (is_digit(c) || (c >= 'a' && c <= 'z'))
		{
			if (is_digit(c) && has_other)
				return parts_numbers ? PHONE_IS_SEVERAL : PHONE_HAS_OTHER;
			if (in->n == PHONE_MAX_DIGITS)
				return has_letter ? PHONE_HAS_LETTERS : PHONE_IS_LONG;
			has_letter = has_letter || !is_digit(c);
			in->is_mixed = in->is_mixed || (is_digit(c) && has_letter);
			in->digits[in->n++] = is_digit(c) ? c : keypad[c - 'a'];
			in->plain += !has_letter;
			in->behind += is_digit(c) && has_letter;
		}
		else if (c == '/')
		{
			/* behind more than an area code another number follows */
			bool		has_code = in->is_international ||
				(in->n > 2 && (memcmp(in->digits, "00", 2) == 0 || memcmp(in->digits, "011", 3) == 0));

			has_other = has_other || in->n > (has_code ? 9 : 6);
			parts_numbers = has_other;
		}
		else if (IS_HIGHBIT_SET(c))
			in->has_words = has_other = true;
		else if (strchr(" -.()[]~_", c) == NULL)
		{
			has_other = true;
			parts_numbers = parts_numbers || ((c == ',' || c == ';' || c == '|' || c == '&' || c == '+') && in->n > 6);
		}
	}
	return PHONE_IS_FINE;
}

/* Digits that a number has at least where it is taken for one by itself. */
#define WHOLE_DIGITS 7

/*
 * Of a text that is no number for the fault of its digits, or for its letters: what to say.  What is wrong with a number stays wrong, whatever words
 * stand behind it; a few digits among words are none.
 */
static PhoneFault
letters_fault(const PhoneText *in, PhoneFault of_digits)
{
	if (in->n == in->plain && !in->has_words)
		return of_digits;
	if (in->plain == 0 && in->behind == 0)
		return PHONE_HAS_NO_DIGITS;
	if (in->plain >= WHOLE_DIGITS && in->behind >= WHOLE_DIGITS)
		return PHONE_IS_SEVERAL;
	return in->plain >= WHOLE_DIGITS && !in->is_mixed ? of_digits : PHONE_HAS_LETTERS;
}

/* The number that a text is, or why it is none.  An international one is of its country, whatever the region is. */
static PhoneFault
phone_of_text(Phone *phone, const PhoneText *in, text *region_of)
{
	static const char *const freephone[] = {"800", "833", "844", "855", "866", "877", "888"};
	const PhoneRegion *region = in->is_international ? NULL : region_find(region_of);
	int			n = in->n;
	PhoneFault	fault = PHONE_HAS_LETTERS;

	if (region == NULL && !in->is_international)
		return in->plain > 0 ? PHONE_HAS_NO_REGION : PHONE_HAS_NO_DIGITS;

	if (!in->is_mixed && (fault = phone_of_digits(phone, region, in->digits, in->plain, in->is_international)) == PHONE_IS_FINE)
		return PHONE_IS_FINE;
	if (in->has_words || in->plain < 3 || n - in->plain < 3)
		return letters_fault(in, fault);
	/* 1-800-CONTACTS: of free numbers in North America more letters than digits are common, and the rest is not dialled */
	if (in->is_international ? in->digits[0] == '1' : strcmp(region->code, "1") == 0)
	{
		int			area = in->digits[0] == '1' ? 1 : 0;

		for (int i = 0; i < (int) lengthof(freephone); i++)
			if (n > area + 10 && in->plain <= area + 10 && memcmp(in->digits + area, freephone[i], 3) == 0)
				n = area + 10;
	}
	return phone_of_digits(phone, region, in->digits, n, in->is_international) == PHONE_IS_FINE ? PHONE_IS_FINE : letters_fault(in, fault);
}

/* The text that is read is one number of the region. */
static bool
phone_read(Phone *phone, PhoneText *in, text *value, text *region)
{
	return phone_text_read(in, value) == PHONE_IS_FINE && phone_of_text(phone, in, region) == PHONE_IS_FINE;
}

PhoneFault
phone_fault(text *value, text *region)
{
	PhoneText	in;
	Phone		phone;
	PhoneFault	fault = phone_text_read(&in, value);

	return fault != PHONE_IS_FINE ? fault : phone_of_text(&phone, &in, region);
}


SALESOPS_FUNCTION(salesops_phone_key);
SALESOPS_FUNCTION(salesops_phone_extension);
SALESOPS_FUNCTION(salesops_phone_similarity);
SALESOPS_FUNCTION(salesops_explain_phone_similarity);

Datum
salesops_phone_key(PG_FUNCTION_ARGS)
{
	PhoneText	in;
	Phone		phone;

	if (!phone_read(&phone, &in, PG_GETARG_TEXT_PP(0), PG_GETARG_TEXT_PP(1)))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(fold_utf8_to_text(phone.key, strlen(phone.key)));
}

Datum
salesops_phone_extension(PG_FUNCTION_ARGS)
{
	PhoneText	in;

	phone_text_read(&in, PG_GETARG_TEXT_PP(0));
	if (in.extension.n == 0)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(fold_utf8_to_text(in.extension.p, in.extension.n));
}

/* ---- similarity ---- */

#define PHONE_SECTIONS 4

typedef struct PhoneSection
{
	const char *name;
	int			weight;			/* of 100 */
	Span		a;
	Span		b;
	bool		is_same;
} PhoneSection;

static Span
phone_section(const Phone *phone, int section)
{
	int			from = Min((section - 1) * 3, phone->national_len);
	int			to = section == PHONE_SECTIONS - 1 ? phone->national_len : Min(from + 3, phone->national_len);
	Span		s = {phone->national + from, to - from};

	if (section == 0)
	{
		s.p = phone->key + 1;
		s.n = phone->code_len;
	}
	return s;
}

static int
phone_compare(const Phone *a, const Phone *b, PhoneSection *section)
{
	static const char *const name[PHONE_SECTIONS] = {"country", "area", "exchange", "line"};
	static const int weight[PHONE_SECTIONS] = {10, 50, 30, 10};
	int			score = 0;

	for (int i = 0; i < PHONE_SECTIONS; i++)
	{
		section[i].name = name[i];
		section[i].weight = weight[i];
		section[i].a = phone_section(a, i);
		section[i].b = phone_section(b, i);
		section[i].is_same = span_same(section[i].a, section[i].b);
		if (section[i].is_same)
			score += weight[i];
	}
	return score;
}

/* The two numbers.  Each is read whatever the other is, so that what is an error is one in either order. */
static bool
phone_args(FunctionCallInfo fcinfo, Phone *a, Phone *b)
{
	text	   *region = PG_GETARG_TEXT_PP(2);
	PhoneText	in;
	bool		has_a = phone_read(a, &in, PG_GETARG_TEXT_PP(0), region);
	bool		has_b = phone_read(b, &in, PG_GETARG_TEXT_PP(1), region);

	return has_a && has_b;
}

Datum
salesops_phone_similarity(PG_FUNCTION_ARGS)
{
	Phone		a;
	Phone		b;
	PhoneSection section[PHONE_SECTIONS];

	if (!phone_args(fcinfo, &a, &b))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(phone_compare(&a, &b, section) / 100.0);
}

Datum
salesops_explain_phone_similarity(PG_FUNCTION_ARGS)
{
	Phone		a;
	Phone		b;
	PhoneSection section[PHONE_SECTIONS];
	StringInfoData out;
	int			score;

	if (!phone_args(fcinfo, &a, &b))
		PG_RETURN_NULL();
	score = phone_compare(&a, &b, section);
	initStringInfo(&out);
	appendStringInfo(&out, "%s, %s: ", a.key, b.key);
	for (int i = 0; i < PHONE_SECTIONS; i++)
	{
		const PhoneSection *s = &section[i];

		appendStringInfo(&out, "%s %.*s%s%.*s %d of %d, ", s->name, s->a.n, s->a.p, s->is_same ? "" : " <> ",
						 s->is_same ? 0 : s->b.n, s->b.p, s->is_same ? s->weight : 0, s->weight);
	}
	appendStringInfo(&out, "together %d of 100", score);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
