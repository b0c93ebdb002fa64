/*
 * salesops.c
 *		The module's magic block; everything else lives with its area.
 */
#include "core/compat.h"

PG_MODULE_MAGIC;
