-- pipeline: velocity, and the attainment of a quota.

CREATE FUNCTION pipeline_velocity(open_deals double precision, win_rate double precision, avg_deal double precision, cycle_days double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_pipeline_velocity' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION pipeline_velocity(double precision, double precision, double precision, double precision) IS $$What a pipeline brings a day: open deals * win rate * average size of a won deal / days of a sales cycle.
win_rate: a fraction from 0 to 1. cycle_days: the mean (the equation is Little's law, which holds for means). NULL where the cycle is 0 or less, and for NULL; a negative number of deals, NaN and infinities are an error.
Example: round(salesops.pipeline_velocity(100, 0.25, 50000, 60)::numeric, 2) ==> 20833.33$$;
CREATE FUNCTION pipeline_velocity(deal_stats) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_pipeline_velocity_deal_stats' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION pipeline_velocity(deal_stats) IS $$What a pipeline brings a day: open_deals * win_rate * avg_deal_size / avg_cycle_days of the same summary.
NULL where no won deal has an amount or none has a cycle, where the mean cycle is 0 or less, and for NULL.
Example: salesops.pipeline_velocity((SELECT salesops.deal_stats(o, a, c) FROM (VALUES ('won', 100, 30), ('won', 300, 50), ('lost', 90, 10), ('lost', 70, 20), ('open', 50, NULL), ('open', 60, NULL)) d(o, a, c))) ==> 5$$;
CREATE FUNCTION attainment(booked double precision, quota double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_attainment' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION attainment(double precision, double precision) IS $$Attainment of a quota: booked / quota; 1 is the whole of it.
NULL where the quota is 0 or NULL, and where booked is NULL: read it from a summary (won_amount), which gives 0 where there is none. A negative quota, NaN and infinities are an error.
Example: salesops.attainment(1500000, 2000000) ==> 0.75$$;
