-- Account records of the sample: true companies, companies that look alike and are not the same, and duplicate records.

-- 1. True companies --------------------------------------------------------------------------------------------------
-- Numbers i = 64, 128, ... are twins: a company of another name and business that looks much like company i - 1, its
-- model. Everything that the two share is drawn for the model (who), the rest for the company itself.
-- The steps are MATERIALIZED here and in deals.sql, else the planner puts a draw's whole expression wherever it is used,
-- and the expressions grow from step to step.
CREATE UNLOGGED TABLE truth.w_company AS
WITH size AS (
    SELECT greatest(8, value::integer / 4) AS companies FROM truth.setting WHERE name = 'size'
), company AS MATERIALIZED (
    SELECT i::integer AS i,
           CASE WHEN i % 64 IN (0, 63) THEN (i + 1) / 64 END AS pair,
           i % 64 = 0 AS is_twin,
           truth.seed('company head', CASE WHEN i % 64 = 0 THEN i - 1 ELSE i END) AS who,
           truth.seed('company place', CASE WHEN i % 64 = 0 THEN i - 1 ELSE i END) AS place,
           truth.seed('company own', i) AS own,
           truth.seed('company name', i) AS tail
    FROM size, generate_series(1, size.companies) AS i
), placed AS MATERIALIZED (
    SELECT c.*, n.country, n.region, n.family, n.forms, n.phone, n.phone_numbers, n.postal, n.postal_numbers, n.cities, n.streets, n.trades, n.iso,
           -- Two founders: the first one at home in the country in two cases of three.
           CASE WHEN truth.draw(c.who, 0) < 0.67 THEN f.n ELSE a.n END AS founder,
           b.n AS second_founder,
           1 + (truth.below(t.n, truth.draw(c.who, 7)) + CASE WHEN c.is_twin THEN 1 + truth.below(t.n - 1, truth.draw(c.tail, 7)) ELSE 0 END) % t.n AS trade
    FROM company c
    JOIN truth.w_country n ON truth.below(1000, truth.draw(c.place, 0)) >= n.weight_from
                          AND truth.below(1000, truth.draw(c.place, 0)) < n.weight_to
    CROSS JOIN LATERAL (SELECT 1 + truth.below(s.all_names, truth.draw(c.who, 1)) AS n FROM truth.w_surname_count s WHERE s.family = n.family) AS a
    CROSS JOIN LATERAL (SELECT s.first_n + truth.below(s.names, truth.draw(c.who, 1)) AS n FROM truth.w_surname_count s WHERE s.family = n.family) AS f
    CROSS JOIN LATERAL (SELECT s.first_n + truth.below(s.names, truth.draw(c.tail, 0)) AS n FROM truth.w_surname_count s WHERE s.family = n.family) AS b
    CROSS JOIN (SELECT count(*)::integer AS n FROM truth.w_trade) AS t
), worded AS MATERIALIZED (
    SELECT p.*, s1.surname, s2.surname AS second_surname, t.industry AS trade_industry, t.trade AS trade_word, t.qualifiers,
           -- A trade in the country's own language in one case of four.
           CASE WHEN p.pair IS NULL AND truth.draw(p.tail, 1) < 0.25 THEN truth.pick(p.trades, truth.draw(p.tail, 2)) END AS local_trade,
           truth.pick(p.cities, truth.draw(p.own, 0)) AS city,
           truth.draw(p.who, 2) AS style
    FROM placed p
    JOIN truth.w_surname s1 ON s1.n = p.founder
    JOIN truth.w_surname s2 ON s2.n = p.second_founder
    JOIN truth.w_trade t ON t.n = p.trade
), named AS MATERIALIZED (
    SELECT w.*,
           CASE WHEN local_trade IS NOT NULL THEN (SELECT min(t.industry) FROM truth.w_trade t WHERE t.industry_n = split_part(local_trade, ':', 2)::integer)
                WHEN pair % 2 = 0 THEN 'Business Services'
                ELSE trade_industry END AS industry,
           CASE
               WHEN local_trade IS NOT NULL AND style < 0.20 THEN surname || ' ' || split_part(local_trade, ':', 1)
               WHEN local_trade IS NOT NULL AND style < 0.50 THEN surname || ' & ' || second_surname || ' ' || split_part(local_trade, ':', 1)
               WHEN local_trade IS NOT NULL AND style < 0.75 THEN truth.pick(truth.given_names(), truth.draw(tail, 3)) || ' ' || surname || ' ' || split_part(local_trade, ':', 1)
               WHEN local_trade IS NOT NULL THEN truth.coined(truth.draw(tail, 3), truth.draw(tail, 4), truth.draw(tail, 5)) || ' ' || split_part(local_trade, ':', 1)
               WHEN pair % 2 = 0 THEN
                   truth.emblem(truth.draw(who, 3), truth.draw(who, 4)) || ' '
                   || truth.pick(CASE WHEN is_twin THEN truth.lookalike_second() ELSE truth.lookalike_first() END, truth.draw(who, 5)) || ' '
                   || truth.pick(truth.words('Partners|Group|Services|Systems|Supply|Works|Solutions'), truth.draw(who, 6))
               WHEN pair % 2 = 1 THEN surname || ' ' || trade_word
               WHEN style < 0.14 THEN surname || ' ' || trade_word
               WHEN style < 0.32 THEN surname || ' ' || truth.pick(qualifiers, truth.draw(tail, 3)) || ' ' || trade_word
               WHEN style < 0.37 THEN surname || ' & ' || second_surname || ' ' || trade_word
               WHEN style < 0.40 THEN surname || ' & ' || second_surname
               WHEN style < 0.43 THEN surname || ' Brothers ' || trade_word
               WHEN style < 0.46 THEN truth.pick(truth.given_names(), truth.draw(tail, 3)) || ' ' || surname || ' ' || trade_word
               WHEN style < 0.58 THEN truth.coined(truth.draw(tail, 3), truth.draw(tail, 4), truth.draw(tail, 5)) || ' ' || trade_word
               WHEN style < 0.68 THEN truth.coined(truth.draw(tail, 3), truth.draw(tail, 4), truth.draw(tail, 5)) || ' ' || truth.pick(qualifiers, truth.draw(tail, 6)) || ' ' || trade_word
               WHEN style < 0.80 THEN city || ' ' || truth.pick(qualifiers, truth.draw(tail, 3)) || ' ' || trade_word
               WHEN style < 0.90 THEN truth.emblem(truth.draw(tail, 3), truth.draw(tail, 4)) || ' ' || trade_word
               ELSE truth.emblem(truth.draw(tail, 3), truth.draw(tail, 4)) || ' ' || truth.pick(qualifiers, truth.draw(tail, 5)) || ' ' || trade_word
           END AS stem
    FROM worded w
), distinguished AS (
    -- Should two companies be given one name by accident, the later ones get their city, then another word, added.
    SELECT n.*, row_number() OVER (PARTITION BY stem COLLATE "C" ORDER BY i) AS namesake FROM named n
), complete AS MATERIALIZED (
    SELECT d.*, truth.seed('company contact', d.i) AS contact,
           stem || CASE WHEN namesake > 1 THEN ' ' || city ELSE '' END
                || CASE WHEN namesake > 2 THEN ' ' || truth.coined(truth.draw(own, 1), truth.draw(own, 2), truth.draw(own, 3)) ELSE '' END AS full_stem
    FROM distinguished d
)
SELECT i, pair, is_twin, country, iso, region, forms, phone AS phone_pattern, phone_numbers, cities, city, industry, full_stem AS stem,
       -- Three companies of four have their legal form in the record.
       CASE WHEN truth.draw(own, 1) < 0.75 THEN truth.pick(forms, truth.draw(own, 2)) END AS form,
       CASE WHEN truth.draw(own, 7) < 0.92 THEN replace(truth.pick(streets, truth.draw(own, 3)), '#', (1 + truth.below(240, truth.draw(own, 4)))::text) END AS street,
       CASE WHEN truth.draw(own, 7) < 0.90 THEN
           CASE iso
               WHEN 'GB' THEN truth.pick(truth.words('M|B|LS|EC|N|G|BS|CF|NE|SW'), truth.draw(contact, 4)) || (1 + truth.below(19, truth.draw(contact, 5)))::text || ' '
                              || truth.below(10, truth.draw(contact, 6))::text || truth.pick(truth.words('AB|DE|HJ|LN|PQ|RT|UW|XY'), truth.draw(contact, 7))
               WHEN 'CA' THEN truth.pick(truth.words('M|V|H|T|K|B|R|G'), truth.draw(contact, 4)) || truth.below(10, truth.draw(contact, 5))::text
                              || truth.pick(truth.words('A|C|E|H|L|N|S|V'), truth.draw(contact, 6)) || ' '
                              || truth.pick(truth.words('1B2|2G4|3J8|4K1|5M6|6P3|7R9|8T5'), truth.draw(contact, 7))
               WHEN 'NL' THEN (1000 + truth.below(8999, truth.draw(contact, 4)))::text || ' ' || truth.pick(truth.words('AB|BC|CK|EH|GR|HN|JX|KT|LP|WZ'), truth.draw(contact, 5))
               ELSE to_char(floor((0.1 + 0.9 * truth.fine_draw(contact, 2)) * postal_numbers)::bigint, postal)
           END
       END AS postal_code,
       CASE WHEN truth.draw(own, 5) < 0.88 THEN to_char(floor((0.2 + 0.8 * truth.fine_draw(contact, 0)) * phone_numbers)::bigint, phone) END AS phone,
       CASE WHEN truth.draw(own, 6) < 0.85 THEN truth.slug(full_stem, CASE WHEN truth.draw(contact, 2) < 0.3 THEN '-' ELSE '' END) || '.example' END AS host,
       truth.pick(truth.words('https://www.|https://www.|http://www.|www.||https://'), truth.draw(contact, 3)) AS web_prefix,
       -- Who sells to the company: its region's team (one of four in the Americas) and a place in that team.
       CASE region WHEN 'EMEA' THEN 5 WHEN 'APAC' THEN 6 ELSE (ARRAY[1,1,2,2,3,3,3,4,4,4])[1 + truth.below(10, truth.draw(place, 2))] END AS team,
       truth.draw(place, 3) AS owner_draw
FROM complete;
ANALYZE truth.w_company;

-- 2. Duplicate records -----------------------------------------------------------------------------------------------
-- One for about every twelve companies, spread evenly over them; every eighth is a second duplicate of the same company.
-- The name is changed in one way (kind); of the other columns, more or less is kept.
CREATE UNLOGGED TABLE truth.w_duplicate AS
WITH size AS (
    SELECT count(*)::integer AS companies, greatest(1, round(count(*) * 0.08)::integer) AS duplicates FROM truth.w_company
), duplicate AS (
    SELECT d::integer AS d, truth.seed('duplicate', d) AS seed, truth.seed('duplicate contact', d) AS contact,
           1 + least(s.companies - 1, floor((d - (d % 8 = 0)::integer - 1 + truth.draw(truth.seed('duplicate of', d - (d % 8 = 0)::integer), 0)) * s.companies / s.duplicates)::integer) AS i
    FROM size s, generate_series(1, s.duplicates) AS d
), chosen AS MATERIALIZED (
    SELECT d.*, c.stem, c.form, c.forms, f.other_form, o.another_form, c.stem || coalesce(' ' || c.form, '') AS name,
           truth.abbreviate(c.stem) AS abbreviated, string_to_array(c.stem, ' ') AS words,
           l.word, position(l.word IN c.stem) + 1 + truth.below(length(l.word) - 2, truth.draw(d.seed, 1)) AS p,
           truth.draw(d.seed, 0) AS u, truth.draw(d.seed, 2) AS v
    FROM duplicate d
    JOIN truth.w_company c USING (i)
    LEFT JOIN truth.w_form f ON f.form = c.form
    CROSS JOIN LATERAL (SELECT w AS word FROM unnest(string_to_array(c.stem, ' ')) WITH ORDINALITY AS t (w, n) ORDER BY length(w) DESC, n LIMIT 1) AS l
    CROSS JOIN LATERAL (SELECT min(w COLLATE "C") AS another_form FROM unnest(c.forms) AS w WHERE w <> c.form) AS o
), kinded AS (
    SELECT c.*, CASE
        WHEN u < 0.22 THEN 'spelling'
        WHEN u < 0.38 THEN 'legal_form'
        WHEN u < 0.74 AND abbreviated <> stem THEN 'abbreviation'
        -- Nothing to abbreviate.
        WHEN u < 0.48 THEN 'spelling'
        WHEN u < 0.58 THEN 'legal_form'
        WHEN u < 0.74 THEN 'formatting'
        WHEN u < 0.84 THEN 'word_order'
        ELSE 'formatting' END AS kind
    FROM chosen c
)
SELECT d, i, kind, contact, v,
       CASE kind
           WHEN 'spelling' THEN CASE
               WHEN v < 0.4 AND substr(stem, p, 1) <> substr(stem, p + 1, 1)
                   THEN overlay(stem PLACING substr(stem, p + 1, 1) || substr(stem, p, 1) FROM p FOR 2)
               WHEN v < 0.7 THEN overlay(stem PLACING '' FROM p FOR 1)
               ELSE overlay(stem PLACING substr(stem, p, 1) || substr(stem, p, 1) FROM p FOR 1) END || coalesce(' ' || form, '')
           WHEN 'legal_form' THEN stem || CASE
               WHEN form IS NULL THEN ' ' || truth.pick(forms, v)
               WHEN v < 0.4 THEN ''
               WHEN v < 0.7 OR another_form IS NULL THEN coalesce(' ' || other_form, '')
               ELSE ' ' || another_form END
           WHEN 'abbreviation' THEN abbreviated || coalesce(' ' || form, '')
           WHEN 'word_order' THEN CASE
               WHEN words[2] = '&' THEN array_to_string(words[3:3] || words[2:2] || words[1:1] || words[4:], ' ')
               ELSE array_to_string(words[2:], ' ') || CASE WHEN v < 0.6 THEN ', ' ELSE ' ' END || words[1] END || coalesce(' ' || form, '')
           ELSE CASE
               WHEN v < 0.30 AND translate(truth.plain(name), '.,''', '') <> name THEN translate(truth.plain(name), '.,''', '')
               WHEN v < 0.40 THEN lower(truth.plain(name) COLLATE "C")
               WHEN v < 0.55 THEN replace(name, ' ', '  ')
               WHEN v < 0.65 THEN replace(name, ' ', '-')
               ELSE upper(truth.plain(name) COLLATE "C") END
       END AS name
FROM kinded;

-- 3. All the records, in the order of their creation -------------------------------------------------------------------
CREATE UNLOGGED TABLE truth.w_account AS
WITH record AS (
    SELECT c.i, 0 AS d, 'original' AS kind, c.stem || coalesce(' ' || c.form, '') AS name, c.stem, c.iso, c.team, c.owner_draw,
           c.web_prefix || c.host AS website, c.phone, c.street, c.city, c.postal_code, c.country, c.industry
    FROM truth.w_company c
    UNION ALL
    SELECT c.i, d.d, d.kind, d.name, c.stem, c.iso, c.team,
           CASE WHEN truth.draw(d.contact, 0) < 0.5 THEN c.owner_draw ELSE truth.draw(d.contact, 1) END,
           CASE WHEN truth.draw(d.contact, 2) < 0.50 THEN c.web_prefix || c.host
                WHEN truth.draw(d.contact, 2) < 0.60 THEN c.host
                WHEN truth.draw(d.contact, 2) < 0.70 THEN 'http://' || c.host || '/' END,
           CASE WHEN truth.draw(d.contact, 3) < 0.40 THEN c.phone
                WHEN truth.draw(d.contact, 3) < 0.55 THEN translate(c.phone, ' ()-', '')
                WHEN truth.draw(d.contact, 3) < 0.65 THEN translate(c.phone, ' -()', '..')
                WHEN truth.draw(d.contact, 3) < 0.80 THEN NULL
                ELSE to_char(floor((0.2 + 0.8 * truth.fine_draw(d.contact, 3)) * c.phone_numbers)::bigint, c.phone_pattern) END,
           CASE WHEN truth.draw(d.contact, 4) < 0.55 THEN c.street END,
           CASE WHEN truth.draw(d.contact, 4) < 0.75 THEN c.city WHEN truth.draw(d.contact, 4) > 0.90 THEN truth.pick(c.cities, d.v) END,
           CASE WHEN truth.draw(d.contact, 4) < 0.60 THEN c.postal_code END,
           CASE WHEN truth.draw(d.contact, 5) < 0.75 THEN c.country ELSE c.iso END,
           CASE WHEN truth.draw(d.contact, 5) < 0.90 THEN c.industry END
    FROM truth.w_duplicate d
    JOIN truth.w_company c USING (i)
), ordered AS (
    SELECT r.*, row_number() OVER (ORDER BY md5('record order/' || i::text || '/' || d::text) COLLATE "C", i, d)::integer AS s,
           count(*) OVER ()::integer AS records
    FROM record r
)
SELECT o.*, 'ACC-' || lpad(s::text, 7, '0') AS account_id, 1 + truth.below(t.reps, owner_draw) AS place
FROM ordered o
JOIN truth.w_team_size t USING (team);
ANALYZE truth.w_account;

-- Six records of ten are older than the first deal; the others came at an even rate during the two years. A deal is only
-- attached to records that are there already (deals.sql), which the four days make sure of.
INSERT INTO crm.account (account_id, name, website, phone, street, city, postal_code, country, industry, owner_id, created_at)
SELECT a.account_id, a.name, a.website, a.phone, a.street, a.city, a.postal_code, a.country, a.industry,
       'USR-' || lpad((6 + r.rep)::text, 5, '0'),
       ((CASE WHEN a.s <= 0.6 * a.records THEN date '2017-01-02' + floor(2720 * (a.s / (0.6 * a.records)))::integer
             ELSE date '2024-06-27' + floor(728 * ((a.s - 0.6 * a.records) / (0.4 * a.records)))::integer END)::timestamp
           + (25200 + truth.below(43200, truth.draw(truth.seed('record time', a.s), 0))) * interval '1 second') AT TIME ZONE 'UTC'
FROM truth.w_account a
JOIN truth.w_rep r USING (team, place);

CREATE TABLE truth.duplicate_account (
    account_id  text  PRIMARY KEY,
    entity_id   text  NOT NULL,
    kind        text  NOT NULL
);
COMMENT ON TABLE truth.duplicate_account IS 'Every account record and the company it stands for: records with one entity_id are duplicates of each other.';
COMMENT ON COLUMN truth.duplicate_account.entity_id IS 'account_id of the company''s original record.';
COMMENT ON COLUMN truth.duplicate_account.kind IS 'original, or how the name of the duplicate was changed: spelling (one letter swapped, left out or doubled), legal_form (dropped, added, changed or written another way), abbreviation, word_order, formatting (case, accents, punctuation, spaces).';

INSERT INTO truth.duplicate_account (account_id, entity_id, kind)
SELECT a.account_id, o.account_id, a.kind
FROM truth.w_account a
JOIN truth.w_account o ON o.i = a.i AND o.d = 0;

CREATE TABLE truth.similar_account (
    account_id        text  NOT NULL,
    other_account_id  text  NOT NULL,
    PRIMARY KEY (account_id, other_account_id)
);
COMMENT ON TABLE truth.similar_account IS 'Pairs of original records that look alike but are different companies, made on purpose (other pairs may look alike by accident).';
COMMENT ON COLUMN truth.similar_account.account_id IS 'The first company.';
COMMENT ON COLUMN truth.similar_account.other_account_id IS 'The company that resembles it: one word differs by a letter or two, or the surname is the same and the trade another.';

INSERT INTO truth.similar_account (account_id, other_account_id)
SELECT m.account_id, t.account_id
FROM truth.w_company c
JOIN truth.w_account t ON t.i = c.i AND t.d = 0
JOIN truth.w_account m ON m.i = c.i - 1 AND m.d = 0
WHERE c.is_twin;
