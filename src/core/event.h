/*
 * event.h
 *		What histories are made of: a moment and what became so then.  See event.c.
 */
#ifndef SALESOPS_EVENT_H
#define SALESOPS_EVENT_H

#include "core/compat.h"

#include "datatype/timestamp.h"
#include "lib/stringinfo.h"

#include "core/literal.h"

/* 12 bytes: the moment in two halves, so that events need no 8-byte alignment. */
typedef struct Event
{
	uint32		at_low;
	int32		at_high;
	uint32		value;			/* what it means is the history's own; events of the same moment are in its order */
} Event;

static inline TimestampTz
event_at(const Event *event)
{
	return (TimestampTz) (((uint64) (uint32) event->at_high << 32) | event->at_low);
}

static inline void
event_set(Event *event, TimestampTz at, uint32 value)
{
	event->at_low = (uint32) at;
	event->at_high = (int32) (at >> 32);
	event->value = value;
}

extern uint32 events_sort(Event *events, uint32 n);
extern uint32 events_until(const Event *events, uint32 n, TimestampTz moment);

extern TimestampTz event_read_moment(const char *text, LiteralPlace at);
extern void event_put_moment(StringInfo out, TimestampTz moment);
extern TimestampTz event_checked_moment(int64 moment, const char *argument, uint32 number, const char *type);

#endif							/* SALESOPS_EVENT_H */
