-- governance: masks.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SET search_path = salesops, public;
\pset null NULL
\pset format unaligned

SELECT v, mask_email(v) FROM unnest(ARRAY['ann.smith@acme.com', 'Ann Smith <ann@acme.com>', 'mailto:ann@acme.com', 'a@b', 'é@x.de', 'ann@', '@acme.com', 'call me', '', 'a@b@c.com', 'ann@acme.com, bob@acme.com', NULL]) AS v;
SELECT v, mask_phone(v) FROM unnest(ARRAY['+49 (30) 1234-567', '415.555.0123', '1234567', '123456', 'ask Ann', '030 12 x 4', '', 'ü1234567', NULL]) AS v;
SELECT v, mask_name(v) FROM unnest(ARRAY['Ann Smith', '  Ann-Marie   O''Brien ', 'É', '王小明', '', ' ', NULL]) AS v;
