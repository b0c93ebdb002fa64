-- What the backend has done so far, for tests whose answer a busy machine must not change.  From /proc: Linux.

-- Seconds that it has worked; the 14th and 15th field, counted behind the name, which may hold anything.
CREATE FUNCTION worked() RETURNS float8 LANGUAGE sql AS $$
	SELECT (f[12]::float8 + f[13]::float8) / 100 FROM regexp_split_to_array(regexp_replace(pg_read_file('/proc/self/stat'), '^.*\) ', ''), ' ') f
$$;
-- The greatest size that the process has had, without what it shares with others.
CREATE FUNCTION peak() RETURNS bigint LANGUAGE sql AS $$
	SELECT substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\s+(\d+)')::bigint * 1024
$$;
