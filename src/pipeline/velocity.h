/*
 * velocity.h
 *		Pipeline velocity.  See velocity.c.
 */
#ifndef SALESOPS_VELOCITY_H
#define SALESOPS_VELOCITY_H

#include "core/compat.h"

extern bool pipeline_velocity(double open_deals, double win_rate, double avg_deal, double cycle_days, double *velocity);

#endif							/* SALESOPS_VELOCITY_H */
