-- Helpers of the sample generator: pseudo-random draws, and the few formulas used in several places.
-- They live in schema truth and are dropped when the data is there (finish.sql).
--
-- A draw starts from a seed of 16 bytes, the md5 of a purpose and an id. The seed is cut into eight numbers of 16 bits
-- (draw) or four of 32 bits (fine_draw); each is a fraction in [0, 1). Thus a value depends on nothing but what it is
-- drawn for: not on the order of rows, the plan, the session or the version of the server.
--
-- Only +, -, *, /, floor, sqrt and comparisons are applied to float8, which IEEE 754 defines to the last bit. Skewed
-- distributions are read from tables of quantiles, since exp and ln differ between C libraries in the last digit.

CREATE FUNCTION truth.seed(purpose text, id bigint) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN decode(md5(purpose || '/' || id::text), 'hex');

CREATE FUNCTION truth.seed(purpose text, id bigint, part bigint) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN decode(md5(purpose || '/' || id::text || '/' || part::text), 'hex');

-- Draw k (0..7) of a seed.
CREATE FUNCTION truth.draw(seed bytea, k integer) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (get_byte(seed, 2 * k) * 256 + get_byte(seed, 2 * k + 1))::float8 / 65536::float8;

-- Draw k (0..3) of a seed, fine enough to choose among millions. It shares its bytes with draws 2k and 2k + 1.
CREATE FUNCTION truth.fine_draw(seed bytea, k integer) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (get_byte(seed, 4 * k)::float8 * 16777216::float8
            + (get_byte(seed, 4 * k + 1) * 65536 + get_byte(seed, 4 * k + 2) * 256 + get_byte(seed, 4 * k + 3))::float8)
           / 4294967296::float8;

-- A whole number 0 .. n-1.
CREATE FUNCTION truth.below(n integer, u float8) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN floor(u * n)::integer;

-- An element of a list.
CREATE FUNCTION truth.pick(list text[], u float8) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN list[1 + floor(u * cardinality(list))::integer];

-- A list written as words separated by '|'.
CREATE FUNCTION truth.words(list text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN string_to_array(list, '|');

-- The quantile of a distribution given by 33 points at u = 0, 1/32, ... 1, linear in between.
CREATE FUNCTION truth.quantile(points float8[], u float8) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN points[1 + floor(u * 32)::integer]
           + (points[2 + floor(u * 32)::integer] - points[1 + floor(u * 32)::integer]) * (u * 32 - floor(u * 32));

-- Quantiles of a log-normal distribution with median 1 and sigma 0.45: how long things take.
CREATE FUNCTION truth.pace(u float8) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN truth.quantile('{0.323,0.432,0.501,0.553,0.596,0.635,0.671,0.705,0.738,0.771,0.803,0.834,0.866,0.899,0.932,0.965,1.000,1.036,1.073,1.113,1.154,1.198,1.246,1.298,1.355,1.418,1.491,1.575,1.678,1.810,1.994,2.312,3.097}'::float8[], u);

-- The same with sigma 0.85: what deals are worth.
CREATE FUNCTION truth.worth(u float8) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN truth.quantile('{0.118,0.205,0.271,0.326,0.376,0.424,0.470,0.517,0.564,0.611,0.660,0.710,0.763,0.817,0.875,0.936,1.000,1.069,1.143,1.223,1.311,1.408,1.515,1.636,1.774,1.935,2.126,2.360,2.659,3.066,3.684,4.871,8.460}'::float8[], u);

-- The working days of the sample are numbered: 0 is Monday 2024-07-01, 5 the Monday after, 520 is 2026-06-29 (as_of).
CREATE FUNCTION truth.working_day(n integer) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN date '2024-07-01' + n / 5 * 7 + n % 5;

-- An instant on a working day, in UTC, within the office hours of a team; now and then a Friday's work is done on the
-- Saturday. The teams sit in the Americas (1 to 4), in Europe (5) and in Asia and Australia (6).
CREATE FUNCTION truth.office_time(n integer, team integer, u float8) RETURNS timestamp
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN truth.working_day(n)::timestamp
           + CASE WHEN n % 5 = 4 AND u > 0.96 THEN interval '24 hours' ELSE interval '0' END
           + ((ARRAY[13, 15, 14, 14, 7, 0])[team] * 3600 + floor(u * 32400)::integer) * interval '1 second';

CREATE FUNCTION truth.month_end(d date) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (date_trunc('month', d::timestamp) + interval '1 month')::date - 1;

-- Months since the year 0, to tell whether a date is in a later calendar month.
CREATE FUNCTION truth.month_number(d date) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (extract(year FROM d) * 12 + extract(month FROM d))::integer;

-- An amount as people enter it: three in ten to the cent, the others round; yen have no cents.
CREATE FUNCTION truth.money(x float8, currency text, u float8) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN currency = 'JPY' AND u < 0.3 THEN floor(x)::bigint::numeric
        WHEN currency = 'JPY' THEN (floor(x / 10000)::bigint + 1) * 10000::numeric
        WHEN u < 0.3 THEN (floor(x * 100)::bigint::numeric / 100)::numeric(18, 2)
        WHEN u < 0.6 THEN ((floor(x / 50)::bigint + 1) * 50)::numeric(18, 2)
        ELSE ((floor(x / 500)::bigint + 1) * 500)::numeric(18, 2)
    END;

-- Letters without accents, for e-mail and web addresses and for careless typing.
CREATE FUNCTION truth.plain(t text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN replace(replace(translate(t,
        'ÀÁÂÃÄÅÇÈÉÊËÍÎÏÑÓÔÕÖØÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýąćčďęěğłńňřśšťůźżžŁŚŠŽŻ',
        'AAAAAACEEEEIIINOOOOOUUUYaaaaaaceeeeiiiinoooooouuuuyaccdeeglnnrsstuzzzLSSZZ'), 'ß', 'ss'), 'æ', 'ae');

-- What is left of a name in an e-mail or web address.
CREATE FUNCTION truth.slug(t text, gap text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN trim(BOTH '-.' FROM regexp_replace(lower(truth.plain(t) COLLATE "C"), '[^a-z0-9]+', gap, 'g'));

-- A forecast category as CRMs spell it: mostly the label, now and then Salesforce's API value, which for commit is Forecast.
CREATE FUNCTION truth.category_label(category text, u float8) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE category
        WHEN 'best_case' THEN CASE WHEN u < 0.9 THEN 'Best Case' ELSE 'BestCase' END
        WHEN 'most_likely' THEN CASE WHEN u < 0.9 THEN 'Most Likely' ELSE 'MostLikely' END
        WHEN 'commit' THEN CASE WHEN u < 0.9 THEN 'Commit' ELSE 'Forecast' END
        WHEN 'pipeline' THEN 'Pipeline'
        WHEN 'closed' THEN 'Closed'
        WHEN 'omitted' THEN 'Omitted'
    END;

-- Stages by number: 1 to 9 are positions in crm.stage, 10 and 11 are stages that the process does not know.
CREATE FUNCTION truth.stage_name(stage integer) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (ARRAY['On Hold', 'Prospecting', 'Qualification', 'Needs Analysis', 'Value Proposition', 'Proposal/Price Quote',
                  'Negotiation/Review', 'Closed Won', 'Closed Lost', 'Stage 7', 'Legacy - Demo'])[stage];

CREATE FUNCTION truth.stage_probability(stage integer) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (ARRAY[0.05, 0.10, 0.10, 0.20, 0.50, 0.75, 0.90, 1, 0, 0.10, 0.10]::float8[])[stage];
