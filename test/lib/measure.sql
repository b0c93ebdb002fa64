-- measure.sql: what the backend that runs a query has used so far, from /proc; for tests that bound it.
--
-- Processor time, and not the time of day, because a busy machine does not change it.  The greatest size, because what
-- is given back before anyone looks was needed all the same; it never falls, so that a backend that has been large once
-- shows nothing smaller.  Run by a superuser, who may read /proc.

-- Seconds that the backend has worked; the 14th and 15th field, counted behind the name, which may hold anything.
CREATE FUNCTION worked() RETURNS float8 LANGUAGE sql AS $$
	SELECT (f[12]::float8 + f[13]::float8) / 100 FROM regexp_split_to_array(regexp_replace(pg_read_file('/proc/self/stat'), '^.*\) ', ''), ' ') f
$$;
-- The greatest size of the process so far, in bytes, with what it has touched of the server's buffers.
CREATE FUNCTION peak() RETURNS bigint LANGUAGE sql AS $$
	SELECT substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\s+(\d+)')::bigint * 1024
$$;
