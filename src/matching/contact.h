/*
 * contact.h
 *		What the files about addresses of e-mail, the web and the telephone offer each other: short folded texts.
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

#endif							/* SALESOPS_CONTACT_H */
