/*
 * match_rule_ready.c
 *		The ready-made rules, by name, on the columns of the contract's tables account, contact and lead.
 *
 * Each is a literal of match_rule that stands in place of its name: what is stored and printed is the rule, not the name, so
 * that a later version may improve them without changing what anybody has stored.
 *
 * "account", "contact" and "lead" are judged by a model.  They name every column that is evidence for or against; what a
 * column is worth is learnt from the data, and a column that is empty, or the same in all records, is worth nothing.
 *
 * "salesforce account", "salesforce contact" and "salesforce lead" are the equations of the standard matching rules that
 * Salesforce publishes: of accounts
 *
 *		(Account Name AND Billing Street) OR (Account Name AND City AND State) OR (Account Name AND ZIP) OR (Account Name AND
 *		Phone) OR (Website AND Phone) OR (Website AND Billing Street)
 *
 * and of contacts and leads, whose company is an account's name or the lead's company,
 *
 *		(First Name AND Last Name AND Title AND Company Name) OR (First Name AND Last Name AND Email) OR (First Name AND Last
 *		Name AND Phone AND Company Name) OR (First Name AND Last Name AND Mailing Street AND (City OR ZIP OR Phone)) OR (First
 *		Name AND Last Name AND Mailing Street AND Title) OR (First Name AND Last Name AND Title AND Email) OR (First Name AND
 *		Last Name AND Phone)
 *
 * Blank fields do not match; first and last name alone may be blank where the address of e-mail is compared.
 *
 * Source: Salesforce Help, "Standard Account Matching Rule", "Standard Contact Matching Rule and Standard Lead Matching
 * Rule", "Matching Methods Used in Matching Rules".  We read the equation of contacts and leads in a copy of the page of 2016,
 * and the beginning of today's, which agrees; of the page on accounts no copy was at hand: its equation is from memory.
 * docs/design/match_rules.md says what is theirs, and where ours is another comparison.
 */
#include "matching/match_rule_ready.h"

typedef struct ReadyRule
{
	const char *name;
	const char *literal;
} ReadyRule;

#define PERSON_COLUMNS \
	"{\"first_name\": \"given_name\"}, {\"last_name\": \"family_name\"}, {\"company\": \"company\"}, " \
	"{\"email\": \"email\"}, {\"phone\": \"phone\"}, {\"street\": \"address\"}, {\"city\": \"city\"}, " \
	"{\"postal_code\": \"postal_code\"}"

#define NAMES "\"first_name\": \"close\", \"last_name\": \"close\", "
#define NAMES_IF_ANY "\"first_name\": [\"close\", \"missing\"], \"last_name\": [\"close\", \"missing\"], "

/* the equation's clauses in its order, with the one of (City OR ZIP OR Phone) written out */
#define PERSON_EQUATION \
	"\"columns\": [" PERSON_COLUMNS ", {\"title\": \"text\"}], \"match\": [" \
	"{" NAMES "\"title\": \"close\", \"company\": \"close\"}, " \
	"{" NAMES_IF_ANY "\"email\": \"exact\"}, " \
	"{" NAMES "\"phone\": \"close\", \"company\": \"close\"}, " \
	"{" NAMES "\"street\": \"close\", \"city\": \"close\"}, " \
	"{" NAMES "\"street\": \"close\", \"postal_code\": \"exact\"}, " \
	"{" NAMES "\"street\": \"close\", \"phone\": \"close\"}, " \
	"{" NAMES "\"street\": \"close\", \"title\": \"close\"}, " \
	"{" NAMES_IF_ANY "\"title\": \"close\", \"email\": \"exact\"}, " \
	"{" NAMES "\"phone\": \"close\"}]"

static const ReadyRule ready[] = {
	{"account",
		"{\"key\": \"account_id\", \"columns\": [{\"name\": \"company\"}, {\"website\": \"website\"}, {\"phone\": \"phone\"}, "
		"{\"street\": \"address\"}, {\"city\": \"city\"}, {\"postal_code\": \"postal_code\"}, {\"country\": \"country\"}]}"},
	{"contact", "{\"key\": \"contact_id\", \"columns\": [" PERSON_COLUMNS ", {\"country\": \"country\"}]}"},
	{"lead", "{\"key\": \"lead_id\", \"columns\": [" PERSON_COLUMNS ", {\"country\": \"country\"}]}"},
	{"salesforce account",
		"{\"key\": \"account_id\", \"columns\": [{\"name\": \"company\"}, {\"website\": \"website\"}, {\"phone\": \"phone\"}, "
		"{\"street\": \"address\"}, {\"city\": \"city\"}, {\"state\": \"region\"}, {\"postal_code\": \"postal_code\"}], \"match\": ["
		"{\"name\": \"close\", \"street\": \"close\"}, "
		"{\"name\": \"close\", \"city\": \"close\", \"state\": \"exact\"}, "
		"{\"name\": \"close\", \"postal_code\": \"exact\"}, "
		"{\"name\": \"close\", \"phone\": \"close\"}, "
		"{\"website\": \"exact\", \"phone\": \"close\"}, "
		"{\"website\": \"exact\", \"street\": \"close\"}]}"},
	{"salesforce contact", "{\"key\": \"contact_id\", " PERSON_EQUATION "}"},
	{"salesforce lead", "{\"key\": \"lead_id\", " PERSON_EQUATION "}"},
};

const char *
match_rule_ready(const char *name, int length)
{
	for (int i = 0; i < (int) lengthof(ready); i++)
	{
		if (strlen(ready[i].name) == (size_t) length && memcmp(ready[i].name, name, length) == 0)
			return ready[i].literal;
	}
	return NULL;
}

const char *
match_rule_ready_names(void)
{
	char	   *names = pstrdup(ready[0].name);

	for (int i = 1; i < (int) lengthof(ready); i++)
		names = psprintf("%s, %s", names, ready[i].name);
	return names;
}
