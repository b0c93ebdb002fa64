/*
 * A client of psqlODBC: runs the jobs of a file and prints what it got, and what the driver says of the views.
 *
 *   odbc CONNECTION-STRING SCHEMA JOBS
 *
 * What is printed is described in test/clients/answers.pl.  Values are fetched as a BI tool does, in the C type that goes with
 * the SQL type that the driver names.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

#define MAX_COLUMNS 64
#define MAX_PARAMETERS 8

static SQLHDBC dbc;

static void
complain(SQLSMALLINT type, SQLHANDLE handle)
{
	SQLCHAR		state[6], message[2000];
	SQLINTEGER	native;
	SQLSMALLINT	length;

	if (SQLGetDiagRec(type, handle, 1, state, &native, message, sizeof(message), &length) == SQL_SUCCESS)
	{
		for (SQLCHAR *c = message; *c; c++)
			if (*c == '\n')
				*c = ' ';
		printf("!! %s %s\n", state, message);
	}
	else
		printf("!! an error without a message\n");
}

static const char *
type_name(SQLHSTMT stmt, SQLUSMALLINT column)
{
	static char unknown[100];
	SQLLEN		type = 0;
	SQLCHAR		name[64] = "";
	SQLSMALLINT length;

	SQLColAttribute(stmt, column, SQL_DESC_CONCISE_TYPE, NULL, 0, NULL, &type);
	SQLColAttribute(stmt, column, SQL_DESC_TYPE_NAME, name, sizeof(name), &length, NULL);
	switch (type)
	{
		case SQL_WVARCHAR: case SQL_WLONGVARCHAR: case SQL_VARCHAR: case SQL_LONGVARCHAR: case SQL_WCHAR: case SQL_CHAR: return "text";
		case SQL_BIT: return "bool";
		case SQL_SMALLINT: return "int2";
		case SQL_INTEGER: return "int4";
		case SQL_BIGINT: return "int8";
		case SQL_DOUBLE: case SQL_FLOAT: return "float8";
		case SQL_NUMERIC: case SQL_DECIMAL: return "numeric";
		case SQL_TYPE_DATE: return "date";
		case SQL_TYPE_TIMESTAMP: return strcmp((char *) name, "timestamptz") == 0 ? "timestamptz" : "timestamp";
	}
	snprintf(unknown, sizeof(unknown), "unknown(%ld %s)", (long) type, name);
	return unknown;
}

/* one character as the text form of COPY has it, in UTF-8 */
static void
put_character(uint32_t c)
{
	switch (c)
	{
		case '\\': fputs("\\\\", stdout); return;
		case '\t': fputs("\\t", stdout); return;
		case '\n': fputs("\\n", stdout); return;
		case '\r': fputs("\\r", stdout); return;
	}
	if (c < 0x80)
		putchar(c);
	else if (c < 0x800)
		printf("%c%c", 0xc0 | c >> 6, 0x80 | (c & 0x3f));
	else if (c < 0x10000)
		printf("%c%c%c", 0xe0 | c >> 12, 0x80 | (c >> 6 & 0x3f), 0x80 | (c & 0x3f));
	else
		printf("%c%c%c%c", 0xf0 | c >> 18, 0x80 | (c >> 12 & 0x3f), 0x80 | (c >> 6 & 0x3f), 0x80 | (c & 0x3f));
}

/* text in pieces, as long values are read */
static void
put_text(SQLHSTMT stmt, SQLUSMALLINT column)
{
	SQLWCHAR	piece[50];
	SQLLEN		length;
	uint32_t	high = 0;

	for (int first = 1;; first = 0)
	{
		SQLRETURN	rc = SQLGetData(stmt, column, SQL_C_WCHAR, piece, sizeof(piece), &length);

		if (rc == SQL_NO_DATA)
			return;
		if (!SQL_SUCCEEDED(rc))
		{
			complain(SQL_HANDLE_STMT, stmt);
			return;
		}
		if (length == SQL_NULL_DATA)
		{
			if (first)
				fputs("\\N", stdout);
			return;
		}
		for (int i = 0; i < 49 && piece[i]; i++)
		{
			uint32_t	c = piece[i];

			if (c >= 0xd800 && c < 0xdc00)
				high = c;
			else if (c >= 0xdc00 && c < 0xe000)
				put_character(0x10000 + ((high - 0xd800) << 10) + (c - 0xdc00));
			else
				put_character(c);
		}
		if (rc == SQL_SUCCESS)
			return;
	}
}

static void
put_value(SQLHSTMT stmt, SQLUSMALLINT column, const char *type)
{
	union { double d; SQLBIGINT i; SQLINTEGER l; unsigned char bit; SQL_DATE_STRUCT date; SQL_TIMESTAMP_STRUCT ts; char text[1000]; } v;
	SQLSMALLINT as;
	SQLLEN		length = 0;

	if (strcmp(type, "float8") == 0) as = SQL_C_DOUBLE;
	else if (strcmp(type, "int8") == 0) as = SQL_C_SBIGINT;
	else if (strcmp(type, "int4") == 0 || strcmp(type, "int2") == 0) as = SQL_C_SLONG;
	else if (strcmp(type, "bool") == 0) as = SQL_C_BIT;
	else if (strcmp(type, "date") == 0) as = SQL_C_TYPE_DATE;
	else if (strncmp(type, "timestamp", 9) == 0) as = SQL_C_TYPE_TIMESTAMP;
	else if (strcmp(type, "numeric") == 0) as = SQL_C_CHAR;
	else
	{
		put_text(stmt, column);
		return;
	}
	memset(&v, 0, sizeof(v));
	if (!SQL_SUCCEEDED(SQLGetData(stmt, column, as, &v, sizeof(v), &length)))
	{
		complain(SQL_HANDLE_STMT, stmt);
		return;
	}
	if (length == SQL_NULL_DATA)
		fputs("\\N", stdout);
	else if (as == SQL_C_DOUBLE)
		printf("%.17g", v.d);
	else if (as == SQL_C_SBIGINT)
		printf("%lld", (long long) v.i);
	else if (as == SQL_C_SLONG)
		printf("%ld", (long) v.l);
	else if (as == SQL_C_BIT)
		putchar(v.bit ? 't' : 'f');
	else if (as == SQL_C_TYPE_DATE)
		printf("%04d-%02d-%02d", v.date.year, v.date.month, v.date.day);
	else if (as == SQL_C_CHAR)
		fputs(v.text, stdout);
	else
	{
		printf("%04d-%02d-%02d %02d:%02d:%02d", v.ts.year, v.ts.month, v.ts.day, v.ts.hour, v.ts.minute, v.ts.second);
		if (v.ts.fraction)
		{
			char		fraction[20];
			int			n = snprintf(fraction, sizeof(fraction), ".%09u", (unsigned) v.ts.fraction);

			while (fraction[n - 1] == '0')
				fraction[--n] = 0;
			fputs(fraction, stdout);
		}
	}
}

/* every result set of a statement; the description of the first one is printed, and the rows of all */
static int
put_results(SQLHSTMT stmt, int described)
{
	SQLRETURN	rc;
	SQLSMALLINT columns;

	do
	{
		char		types[MAX_COLUMNS][100];

		if (!SQL_SUCCEEDED(SQLNumResultCols(stmt, &columns)) || columns == 0)
			continue;
		for (SQLUSMALLINT c = 1; c <= columns; c++)
		{
			SQLWCHAR	name[200];
			SQLSMALLINT length;

			strcpy(types[c - 1], type_name(stmt, c));
			if (described)
				continue;
			SQLColAttributeW(stmt, c, SQL_DESC_LABEL, name, sizeof(name), &length, NULL);
			for (int i = 0; i < length / (int) sizeof(SQLWCHAR); i++)
				put_character(name[i]);
			printf(":%s%c", types[c - 1], c == columns ? '\n' : '\t');
		}
		described = 1;
		while (SQL_SUCCEEDED(rc = SQLFetch(stmt)))
			for (SQLUSMALLINT c = 1; c <= columns; c++)
			{
				put_value(stmt, c, types[c - 1]);
				putchar(c == columns ? '\n' : '\t');
			}
		if (rc != SQL_NO_DATA)
			complain(SQL_HANDLE_STMT, stmt);
	} while (SQL_SUCCEEDED(rc = SQLMoreResults(stmt)));
	if (rc != SQL_NO_DATA)
		complain(SQL_HANDLE_STMT, stmt);
	return described;
}

/* the metadata calls of ODBC: schemas, views with their comments, columns with types and comments */
static void
put_metadata(const char *schema)
{
	SQLHSTMT	stmt;
	SQLCHAR		catalog[200], name[200], column[200], remark[4000];
	SQLCHAR		kind[100];
	SQLSMALLINT type;
	SQLLEN		length;
	const char *t;

	SQLAllocHandle(SQL_HANDLE_STMT, dbc, &stmt);
	printf("== @schemas\n");
	if (!SQL_SUCCEEDED(SQLTables(stmt, (SQLCHAR *) "", 0, (SQLCHAR *) "%", SQL_NTS, (SQLCHAR *) "", 0, NULL, 0)))
		complain(SQL_HANDLE_STMT, stmt);
	while (SQL_SUCCEEDED(SQLFetch(stmt)))
		if (SQL_SUCCEEDED(SQLGetData(stmt, 2, SQL_C_CHAR, name, sizeof(name), &length)) && strcmp((char *) name, schema) == 0)
			printf("%s\n", name);
	SQLFreeStmt(stmt, SQL_CLOSE);

	printf("== @views\n");
	if (!SQL_SUCCEEDED(SQLTables(stmt, NULL, 0, (SQLCHAR *) schema, SQL_NTS, (SQLCHAR *) "%", SQL_NTS, (SQLCHAR *) "VIEW", SQL_NTS)))
		complain(SQL_HANDLE_STMT, stmt);
	while (SQL_SUCCEEDED(SQLFetch(stmt)))
	{
		SQLGetData(stmt, 1, SQL_C_CHAR, catalog, sizeof(catalog), &length);
		SQLGetData(stmt, 3, SQL_C_CHAR, name, sizeof(name), &length);
		SQLGetData(stmt, 4, SQL_C_CHAR, kind, sizeof(kind), &length);
		printf("%s\t%s\n", name, kind);
	}
	SQLFreeStmt(stmt, SQL_CLOSE);

	printf("== @columns\n");
	if (!SQL_SUCCEEDED(SQLColumns(stmt, NULL, 0, (SQLCHAR *) schema, SQL_NTS, (SQLCHAR *) "%", SQL_NTS, (SQLCHAR *) "%", SQL_NTS)))
		complain(SQL_HANDLE_STMT, stmt);
	while (SQL_SUCCEEDED(SQLFetch(stmt)))
	{
		SQLGetData(stmt, 3, SQL_C_CHAR, name, sizeof(name), &length);
		SQLGetData(stmt, 4, SQL_C_CHAR, column, sizeof(column), &length);
		SQLGetData(stmt, 5, SQL_C_SSHORT, &type, sizeof(type), &length);
		SQLGetData(stmt, 6, SQL_C_CHAR, kind, sizeof(kind), &length);
		remark[0] = 0;
		SQLGetData(stmt, 12, SQL_C_CHAR, remark, sizeof(remark), &length);
		switch (type)
		{
			case SQL_WVARCHAR: case SQL_WLONGVARCHAR: case SQL_VARCHAR: case SQL_LONGVARCHAR: t = "text"; break;
			case SQL_BIT: t = "bool"; break;
			case SQL_INTEGER: t = "int4"; break;
			case SQL_BIGINT: t = "int8"; break;
			case SQL_DOUBLE: case SQL_FLOAT: t = "float8"; break;
			case SQL_NUMERIC: t = "numeric"; break;
			case SQL_TYPE_DATE: t = "date"; break;
			case SQL_TYPE_TIMESTAMP: t = (char *) kind; break;
			default: t = "unknown"; break;
		}
		printf("%s\t%s\t%s\n", name, column, t);
	}
	SQLFreeStmt(stmt, SQL_CLOSE);

	/* what a tool asks about a table before it joins it: a view has neither keys nor indexes, and none of it may fail */
	printf("== @keys\n");
	for (int call = 0; call < 4; call++)
	{
		SQLCHAR    *s = (SQLCHAR *) schema, *v = (SQLCHAR *) "coverage";
		SQLRETURN	rc;

		if (call == 0)
			rc = SQLPrimaryKeys(stmt, NULL, 0, s, SQL_NTS, v, SQL_NTS);
		else if (call == 1)
			rc = SQLForeignKeys(stmt, NULL, 0, NULL, 0, NULL, 0, NULL, 0, s, SQL_NTS, v, SQL_NTS);
		else if (call == 2)
			rc = SQLStatistics(stmt, NULL, 0, s, SQL_NTS, v, SQL_NTS, SQL_INDEX_ALL, SQL_QUICK);
		else
			rc = SQLSpecialColumns(stmt, SQL_BEST_ROWID, NULL, 0, s, SQL_NTS, v, SQL_NTS, SQL_SCOPE_SESSION, SQL_NULLABLE);
		if (!SQL_SUCCEEDED(rc))
			complain(SQL_HANDLE_STMT, stmt);
		while (SQL_SUCCEEDED(SQLFetch(stmt)))
		{
			/* statistics begin with a row on the table itself */
			type = SQL_INDEX_OTHER;
			if (call == 2)
				SQLGetData(stmt, 7, SQL_C_SSHORT, &type, sizeof(type), &length);
			if (type != SQL_TABLE_STAT)
				printf("a key or an index of a view, call %d\n", call);
		}
		SQLFreeStmt(stmt, SQL_CLOSE);
	}

	printf("== @functions\n");
	if (!SQL_SUCCEEDED(SQLProcedures(stmt, NULL, 0, (SQLCHAR *) "salesops", SQL_NTS, (SQLCHAR *) "%", SQL_NTS)))
		complain(SQL_HANDLE_STMT, stmt);
	while (SQL_SUCCEEDED(SQLFetch(stmt)))
		if (SQL_SUCCEEDED(SQLGetData(stmt, 3, SQL_C_CHAR, name, sizeof(name), &length)))
			printf("%s\n", name);
	SQLFreeHandle(SQL_HANDLE_STMT, stmt);
}

static void
run_job(char *name, char *body)
{
	SQLHSTMT	stmt;
	char	   *values[MAX_PARAMETERS];
	SQLLEN		lengths[MAX_PARAMETERS];
	int			parameters = 0, described = 0;

	printf("== %s\n", name);
	SQLAllocHandle(SQL_HANDLE_STMT, dbc, &stmt);
	while (body[0] == '?' && body[1] == ' ')
	{
		char	   *end = strchr(body, '\n');

		*end = 0;
		values[parameters] = strchr(body + 2, ' ') + 1;
		lengths[parameters] = SQL_NTS;
		SQLBindParameter(stmt, parameters + 1, SQL_PARAM_INPUT, SQL_C_CHAR,
						 strncmp(body + 2, "date ", 5) == 0 ? SQL_TYPE_DATE :
						 strncmp(body + 2, "int ", 4) == 0 ? SQL_INTEGER :
						 strncmp(body + 2, "numeric ", 8) == 0 ? SQL_NUMERIC :
						 strncmp(body + 2, "float ", 6) == 0 ? SQL_DOUBLE : SQL_VARCHAR,
						 100, 6, values[parameters], 0, &lengths[parameters]);
		parameters++;
		body = end + 1;
	}
	while (body)
	{
		char	   *next = strstr(body, "\n;;\n");
		SQLRETURN	rc;

		if (next)
		{
			*next = 0;
			next += 4;
		}
		if (parameters > 0)
		{
			rc = SQLPrepare(stmt, (SQLCHAR *) body, SQL_NTS);
			if (SQL_SUCCEEDED(rc))
				rc = SQLExecute(stmt);
		}
		else
			rc = SQLExecDirect(stmt, (SQLCHAR *) body, SQL_NTS);
		if (!SQL_SUCCEEDED(rc) && rc != SQL_NO_DATA)
		{
			complain(SQL_HANDLE_STMT, stmt);
			break;
		}
		described = put_results(stmt, described);
		SQLFreeStmt(stmt, SQL_CLOSE);
		body = next;
	}
	SQLFreeHandle(SQL_HANDLE_STMT, stmt);
}

int
main(int argc, char **argv)
{
	SQLHENV		env;
	FILE	   *file;
	char	   *text, *job;
	long		size;

	if (argc != 4 || (file = fopen(argv[3], "r")) == NULL)
		return 2;
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	text = malloc(size + 2);
	text[0] = '\n';
	if (fread(text + 1, 1, size, file) != (size_t) size)
		return 2;
	text[size + 1] = 0;

	SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &env);
	SQLSetEnvAttr(env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER) SQL_OV_ODBC3, 0);
	SQLAllocHandle(SQL_HANDLE_DBC, env, &dbc);
	if (!SQL_SUCCEEDED(SQLDriverConnect(dbc, NULL, (SQLCHAR *) argv[1], SQL_NTS, NULL, 0, NULL, SQL_DRIVER_NOPROMPT)))
	{
		complain(SQL_HANDLE_DBC, dbc);
		return 1;
	}
	put_metadata(argv[2]);
	job = strstr(text, "\n== ");
	while (job)
	{
		char	   *name = job + 4, *next = strstr(name, "\n== "), *body = strchr(name, '\n');

		if (next)
			*next = 0;
		*body++ = 0;
		run_job(name, body);
		job = next;
		if (job)
			*job = '\n';
	}
	SQLDisconnect(dbc);
	return 0;
}
