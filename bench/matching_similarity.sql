-- Similarities of pairs, and what stands beside them in PostgreSQL: time per pair over that of calling an empty function in C with the same
-- arguments (the floor).  Nothing here is equal: each form computes something else.  The same pairs through the RapidFuzz library in C++:
-- bench/matching_similarity.cpp.

-- section: edits of two company names of some 20 characters
-- rows: pairs
-- floor: an empty function
SELECT count(empty(company_a, company_b)) FROM pairs;
-- needs: salesops.jaro_winkler(text, text)
-- call: jaro_winkler
SELECT count(salesops.jaro_winkler(company_a, company_b)) FROM pairs;
-- needs: salesops.levenshtein_ratio(text, text)
-- call: levenshtein_ratio
SELECT count(salesops.levenshtein_ratio(company_a, company_b)) FROM pairs;
-- needs: salesops.osa_ratio(text, text)
-- call: osa_ratio
SELECT count(salesops.osa_ratio(company_a, company_b)) FROM pairs;
-- needs: salesops.damerau_ratio(text, text)
-- call: damerau_ratio
SELECT count(salesops.damerau_ratio(company_a, company_b)) FROM pairs;
-- needs: public.levenshtein(text, text)
-- call: fuzzystrmatch levenshtein
SELECT count(public.levenshtein(company_a, company_b)) FROM pairs;
-- needs: public.levenshtein(text, text)
-- call: the ratio of it by hand
SELECT count(1 - public.levenshtein(company_a, company_b) / greatest(length(company_a), length(company_b), 1)::float8) FROM pairs;

-- section: words and q-grams of two company names
-- rows: pairs
-- floor: an empty function
SELECT count(empty(company_a, company_b)) FROM pairs;
-- needs: salesops.token_sort_ratio(text, text)
-- call: token_sort_ratio
SELECT count(salesops.token_sort_ratio(company_a, company_b)) FROM pairs;
-- needs: salesops.token_set_ratio(text, text)
-- call: token_set_ratio
SELECT count(salesops.token_set_ratio(company_a, company_b)) FROM pairs;
-- needs: salesops.qgram_cosine(text, text, int)
-- call: qgram_cosine
SELECT count(salesops.qgram_cosine(company_a, company_b)) FROM pairs;
-- needs: public.similarity(text, text)
-- call: pg_trgm similarity
SELECT count(public.similarity(company_a, company_b)) FROM pairs;

-- section: two company names
-- rows: pairs
-- floor: an empty function
SELECT count(empty(company_a, company_b)) FROM pairs;
-- needs: salesops.company_similarity(text, text)
-- call: company_similarity
SELECT count(salesops.company_similarity(company_a, company_b)) FROM pairs;

-- section: two persons
-- rows: pairs
-- floor: an empty function
SELECT count(empty(person_a, person_b)) FROM pairs;
-- needs: salesops.person_similarity(text, text)
-- call: person_similarity
SELECT count(salesops.person_similarity(person_a, person_b)) FROM pairs;

-- section: two addresses of e-mail
-- rows: pairs
-- floor: an empty function
SELECT count(empty(email_a, email_b)) FROM pairs;
-- needs: salesops.email_similarity(text, text)
-- call: email_similarity
SELECT count(salesops.email_similarity(email_a, email_b)) FROM pairs;

-- section: two telephone numbers
-- rows: pairs
-- floor: an empty function
SELECT count(empty(phone_a, phone_b, 'US')) FROM pairs;
-- needs: salesops.phone_similarity(text, text, text)
-- call: phone_similarity
SELECT count(salesops.phone_similarity(phone_a, phone_b, 'US')) FROM pairs;

-- section: two street addresses
-- rows: pairs
-- floor: an empty function
SELECT count(empty(address_a, address_b)) FROM pairs;
-- needs: salesops.address_similarity(text, text)
-- call: address_similarity
SELECT count(salesops.address_similarity(address_a, address_b)) FROM pairs;

-- section: signatures that are stored
-- rows: signatures
-- floor: an empty function
SELECT count(empty(a, b)) FROM signatures;
-- needs: salesops.signature_similarity(salesops.match_signature, salesops.match_signature)
-- call: signature_similarity
SELECT count(salesops.signature_similarity(a, b)) FROM signatures;

-- section: the texts of these
-- rows: signatures
-- floor: an empty function
SELECT count(empty(company_a, company_b)) FROM signatures;
-- needs: public.similarity(text, text)
-- call: pg_trgm similarity
SELECT count(public.similarity(company_a, company_b)) FROM signatures;

-- section: normal form of a company name of some 20 characters
-- rows: pairs
-- floor: an empty function
SELECT count(empty(company_a)) FROM pairs;
-- needs: salesops.company_key(text)
-- call: company_key
SELECT count(salesops.company_key(company_a)) FROM pairs;
-- call: lower(regexp_replace(regexp_replace()))
SELECT count(lower(regexp_replace(regexp_replace(company_a, '[^[:alnum:] ]', '', 'g'), '\m(inc|gmbh|ltd|llc|co|corp|sa)\M', '', 'gi'))) FROM pairs;
