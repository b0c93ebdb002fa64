/*
 * contact.h
 *		What the files about addresses of e-mail, the web, the telephone and the post offer each other: short folded texts.
 */
#ifndef SALESOPS_CONTACT_H
#define SALESOPS_CONTACT_H

#include "core/fold.h"

/*
 * Longer texts, in bytes of UTF-8 and without spaces around, are no address and no number.  So all of this works in
 * buffers on the stack, and in a time that does not depend on what a hostile text is made of.
 */
#define CONTACT_BYTES 1024

/* A part of a text. */
typedef struct Span
{
	const char *p;
	int			n;
} Span;

typedef struct ContactText
{
	Span		text;			/* folded, without spaces around */
	char		bytes[FOLD_UTF8_BOUND(CONTACT_BYTES)];
} ContactText;

/* The folded text; false if it is too long, where `clip` makes do with its beginning. */
extern bool contact_read(ContactText *contact, text *value, bool clip);

extern Span span_trim(Span s);
extern bool span_drop_prefix(Span *s, const char *prefix);
extern bool span_equal(Span s, const char *text);
extern bool span_same(Span a, Span b);

/* What a byte may be part of; of letters, small ones and capitals. */
#define CONTACT_ATEXT	0x1		/* a name in front of the @, without quotes and points (RFC 5322, section 3.2.3: atext) */
#define CONTACT_HOST	0x2		/* a label of a host's name: letters, digits and the hyphen (RFC 1123, section 2.1) */
#define CONTACT_CAPITAL	0x4

/* The small letter of a character whose kind is known. */
#define contact_lower(c, kind) ((char) ((c) | ((kind) & CONTACT_CAPITAL) << 3))

extern const uint8 contact_char[256];

/* ---- domains ---- */

/* The longest name is 253 characters (RFC 1035, 255 octets with the lengths of its labels); of Unicode, 4 bytes each. */
#define DOMAIN_CHARS 253
#define DOMAIN_LABEL_CHARS 63
#define DOMAIN_BYTES FOLD_UTF8_BOUND(DOMAIN_CHARS * 4)

typedef struct Domain
{
	Span		name;
	char		bytes[DOMAIN_BYTES];
} Domain;

/* The normal form of a domain name of two labels or more, given folded; false if it is none. */
extern bool domain_read(Domain *domain, Span s);

/* The part of a domain that someone has registered; false if it is itself what others register under. */
extern bool domain_registrable(Span name, Span *registrable);

/* ---- addresses of e-mail ---- */

/* RFC 5321, section 4.5.3.1.1, in characters. */
#define LOCAL_CHARS 64
#define LOCAL_BYTES FOLD_UTF8_BOUND(LOCAL_CHARS * 4)

typedef struct MailProvider MailProvider;

typedef struct Email
{
	Span		local;			/* as it is in the key */
	Span		domain;			/* as it is written */
	Span		key_domain;
	const MailProvider *provider;	/* NULL: none that is known */
	char		local_bytes[LOCAL_BYTES];
	Domain		read;
} Email;

/* The address that a text is; false if it is none. */
extern bool email_read(Email *email, ContactText *contact, text *value);

/* The domain of an address, or of a text that is one itself; false if it is neither. */
extern bool email_or_domain_read(Email *email, ContactText *contact, text *value);

extern bool mail_provider_has(Span domain);

/* Is the name in front of the @ one of an office (info, sales), not of a person? */
extern bool email_is_office(Span local);

/* ---- addresses of the web ---- */

typedef enum WebReading
{
	WEB_DOMAIN,					/* has a registered name */
	WEB_IP,						/* has a number in its place */
	WEB_NO_HOST,				/* what stands where a host does is no name of two labels */
	WEB_NO_PORT,				/* nor what stands behind the host a port */
	WEB_SUFFIX					/* the host is what others register under */
} WebReading;

typedef struct Website
{
	Span		host;			/* as it is written, folded */
	Span		registered;		/* of WEB_DOMAIN and WEB_IP */
	Domain		domain;
	ContactText contact;
} Website;

extern WebReading website_read(Website *site, text *value);

/* What stands around addresses in texts goes: <http://acme.com>, "acme.com", and a comma behind it. */
extern Span web_unwrap(Span s);

/* ---- telephone numbers ---- */

extern const char *phone_region_code(const char *code, int n);

/* ---- postal codes ---- */

#define POSTAL_CHARS 12

/* The capitals and digits of a postal code; returns how many there are, or -1 if there are more or anything else is in it. */
extern int	postal_read(text *code, char *key);

/* Why a text is no telephone number. */
typedef enum PhoneFault
{
	PHONE_IS_FINE,
	PHONE_HAS_NO_DIGITS,
	PHONE_IS_FILLER,			/* one digit throughout, digits in order */
	PHONE_IS_SEVERAL,
	PHONE_HAS_LETTERS,
	PHONE_HAS_OTHER,			/* what stands in no number */
	PHONE_HAS_NO_REGION,		/* neither a calling code nor a region */
	PHONE_HAS_UNKNOWN_CODE,
	PHONE_IS_SHORT,				/* for any number of its country */
	PHONE_IS_LONG,
	PHONE_HAS_OTHER_LENGTH,		/* between the shortest and the longest */
	PHONE_HAS_NO_AREA,			/* North America: the area begins with 0 or 1 */
	PHONE_HAS_NO_EXCHANGE		/* the same of the three digits behind it */
} PhoneFault;

/* What is wrong with a telephone number of a region; an unknown region is an error where phone_key() makes it one. */
extern PhoneFault phone_fault(text *phone, text *region);

#endif							/* SALESOPS_CONTACT_H */
