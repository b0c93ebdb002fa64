-- core: what all areas share.  Its only SQL objects are those of the summary `compliance`.

-- @include summary_type compliance {"compliance": 1, "met": 3, "missed": 1, "pending": 1}
COMMENT ON TYPE compliance IS $$Summary of a share-type KPI: how many cases met a rule, missed it, or are pending.
Built by compliance(ok), merged by merge(compliance), read by met, missed, pending, compliance_rate, compliance_low, compliance_high.
Example: salesops.compliance_rate('{"compliance": 1, "met": 3, "missed": 1, "pending": 1}') ==> 0.75$$;
-- @include ordered_type compliance {"compliance": 1, "met": 3, "missed": 1, "pending": 1}

CREATE FUNCTION compliance_transfn(compliance, ok boolean) RETURNS compliance
	AS 'MODULE_PATHNAME', 'salesops_compliance_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION compliance_transfn(compliance, boolean) IS $$Transition function of compliance(ok).
Example: salesops.compliance_transfn(NULL, true) ==> {"compliance": 1, "met": 1}$$;

CREATE AGGREGATE compliance(ok boolean) (
	SFUNC = compliance_transfn, STYPE = compliance, SSPACE = 32, COMBINEFUNC = compliance_combinefn, FINALFUNC = compliance_finalfn,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE compliance(boolean) IS $$Summary of how many cases met a rule (true), missed it (false) or are pending (NULL).
No rows give NULL.
Example: (SELECT salesops.compliance(ok) FROM (VALUES (true), (true), (false), (NULL)) v(ok)) ==> {"compliance": 1, "met": 2, "missed": 1, "pending": 1}$$;

CREATE FUNCTION met(compliance) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_met' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION met(compliance) IS $$Cases that met the rule: the numerator of compliance_rate.
Example: salesops.met('{"compliance": 1, "met": 3, "missed": 1}') ==> 3$$;
CREATE FUNCTION missed(compliance) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_missed' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION missed(compliance) IS $$Cases that missed the rule; met + missed is the denominator of compliance_rate.
Example: salesops.missed('{"compliance": 1, "met": 3, "missed": 1}') ==> 1$$;
CREATE FUNCTION pending(compliance) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_pending' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION pending(compliance) IS $$Cases that are not decided and in neither side of compliance_rate.
Example: salesops.pending('{"compliance": 1, "met": 3, "missed": 1}') ==> 0$$;
CREATE FUNCTION compliance_rate(compliance) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_compliance_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION compliance_rate(compliance) IS $$Share of the decided cases that met the rule: met / (met + missed), from 0 to 1.
NULL where no case is decided.
Example: salesops.compliance_rate('{"compliance": 1, "met": 3, "missed": 1}') ==> 0.75$$;
CREATE FUNCTION compliance_low(compliance) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_compliance_low' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION compliance_low(compliance) IS $$Lower end of the Wilson 95 % interval of compliance_rate (Wilson 1927, without continuity correction).
NULL where no case is decided.
Example: round(salesops.compliance_low('{"compliance": 1, "met": 3, "missed": 7}')::numeric, 6) ==> 0.107791$$;
CREATE FUNCTION compliance_high(compliance) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_compliance_high' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION compliance_high(compliance) IS $$Upper end of the Wilson 95 % interval of compliance_rate (Wilson 1927, without continuity correction).
NULL where no case is decided.
Example: round(salesops.compliance_high('{"compliance": 1, "met": 3, "missed": 7}')::numeric, 6) ==> 0.603222$$;
