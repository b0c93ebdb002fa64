/*
 * wilson.h
 *		The Wilson 95 % interval of a share.  See wilson.c.
 */
#ifndef SALESOPS_WILSON_H
#define SALESOPS_WILSON_H

#include "core/compat.h"

extern double wilson_low(int64 successes, int64 trials);
extern double wilson_high(int64 successes, int64 trials);

#endif							/* SALESOPS_WILSON_H */
