-- Whether a field is right per call, beside the regular expressions that one would write.  Nothing here is equal: what is written by hand
-- says only whether, knows no lengths, typing errors, filler or numbering plans, and lets two points together pass.  Net of a trivial call (the floor).

-- section: address of e-mail, right or not
-- rows: fields
-- floor: a trivial call: octet_length
SELECT count(*) FILTER (WHERE octet_length(email) = 0) FROM fields;
-- needs: salesops.email_issue(text)
-- call: email_issue
SELECT count(salesops.email_issue(email)) FROM fields;
-- call: the usual regular expression
SELECT count(*) FILTER (WHERE email ~ '^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$') FROM fields;
-- call: that of HTML (input type=email)
SELECT count(*) FILTER (WHERE email ~ '^[a-zA-Z0-9.!#$%&''*+\/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$') FROM fields;
-- needs: salesops.is_role_address(text)
-- call: is_role_address
SELECT count(*) FILTER (WHERE salesops.is_role_address(email)) FROM fields;
-- call: a regular expression with ten names
SELECT count(*) FILTER (WHERE email ~* '^(info|sales|support|contact|admin|office|hello|help|billing|no-?reply)@') FROM fields;
-- needs: salesops.is_disposable_address(text)
-- call: is_disposable_address
SELECT count(*) FILTER (WHERE salesops.is_disposable_address(email)) FROM fields;

-- section: website, right or not
-- rows: fields
-- floor: a trivial call: octet_length
SELECT count(*) FILTER (WHERE octet_length(url) = 0) FROM fields;
-- needs: salesops.website_issue(text)
-- call: website_issue
SELECT count(salesops.website_issue(url)) FROM fields;
-- call: a regular expression
SELECT count(*) FILTER (WHERE url ~* '^(https?://)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(:[0-9]+)?(/.*)?$') FROM fields;

-- section: telephone number, right or not
-- rows: fields
-- floor: a trivial call: octet_length
SELECT count(*) FILTER (WHERE octet_length(phone) = 0) FROM fields;
-- needs: salesops.phone_issue(text, text)
-- call: phone_issue
SELECT count(salesops.phone_issue(phone, 'US')) FROM fields;
-- call: a regular expression for North America
SELECT count(*) FILTER (WHERE phone ~ '^(\+?1[-. ]?)?\(?[2-9][0-9]{2}\)?[-. ]?[2-9][0-9]{2}[-. ]?[0-9]{4}$') FROM fields;
