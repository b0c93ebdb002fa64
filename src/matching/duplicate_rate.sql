-- duplicate_rate: the share of records that are surplus.

-- @for RECORD,A,B bigint,7::bigint,8::bigint uuid,'00000000-0000-0000-0000-000000000007'::uuid,'00000000-0000-0000-0000-000000000008'::uuid text,'A7'::text,'A8'::text
CREATE FUNCTION duplicate_rate_transfn(compliance, record @RECORD@, cluster @RECORD@) RETURNS compliance
	AS 'MODULE_PATHNAME', 'salesops_duplicate_rate_transfn_@RECORD@' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION duplicate_rate_transfn(compliance, @RECORD@, @RECORD@) IS $$Transition function of duplicate_rate(record, cluster) for ids of type @RECORD@.
Example: salesops.duplicate_rate_transfn(NULL, @B@, @A@) ==> {"compliance": 1, "met": 1}$$;
CREATE AGGREGATE duplicate_rate(record @RECORD@, cluster @RECORD@) (
	SFUNC = duplicate_rate_transfn, STYPE = compliance, SSPACE = 32, COMBINEFUNC = compliance_combinefn, FINALFUNC = compliance_rate,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE duplicate_rate(@RECORD@, @RECORD@) IS $$Share of records that are surplus, from 0 to 1: 1 - clusters / records (ids of type @RECORD@).
A cluster is named by one of its records, as connected_components and match_clusters name it; a record is surplus where its cluster is another record. So rates of segments are those of their own surplus records, and the state is two counts. A record whose cluster is NULL is alone; a row without a record is none; NULL where no record is left. Of clusters with other names take 1 - count(DISTINCT cluster)::float8 / count(*).
Example: (SELECT salesops.duplicate_rate(r, c) FROM (VALUES (@A@, @A@), (@B@, @A@)) v(r, c)) ==> 0.5$$;
-- @end
