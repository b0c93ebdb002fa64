/*
 * completeness.h
 *		Values by name, as a record that one function cannot know has them.  See completeness.c.
 */
#ifndef SALESOPS_COMPLETENESS_H
#define SALESOPS_COMPLETENESS_H

#include "core/compat.h"

#include "utils/array.h"

typedef struct NamedFields
{
	text	  **names;
	Datum	   *values;
	bool	   *no_value;
	int			n;
} NamedFields;

extern void named_fields(NamedFields *fields, ArrayType *names, ArrayType *values);
extern bool named_field_is_blank(const NamedFields *fields, int i);

#endif							/* SALESOPS_COMPLETENESS_H */
