/*
 * query.c
 *		What can be known of a query before it runs: that it is one SELECT and nothing else, which columns it has, and on which views,
 *		tables and functions it stands.
 *
 * Metrics and checks are queries that users write down in tables of theirs.  They are run inside another query, in parentheses, so a text
 * must be one SELECT by itself: the server's own grammar decides that, not a search for semicolons.  What it stands on is taken
 * from the tree that parse analysis makes of it, before views are expanded: each relation of any of its range tables and each
 * function that an expression calls, also by an operator, an aggregate or a window.  What is the server's own (below FirstNormalObjectId) is left out.
 * Views and functions are followed further in SQL (query.sql), by pg_depend.
 *
 * Names are looked up as in a query that the caller runs, with his search_path; the callers in SQL have set theirs.  Nothing is planned or
 * run, but for the input functions of constants, in a subtransaction that cannot write.  A query has one parameter, $1, the moment that it is to be true at.
 *
 * Worked example: SELECT count(*) FROM crm.open_deals WHERE crm.is_large(amount) -> the view and the function, one column "count".
 */
#include "core/compat.h"

#include "access/transam.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "parser/analyze.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

typedef struct
{
	ReturnSetInfo *rsinfo;
	List	   *relations;
	List	   *functions;
} Objects;

SALESOPS_FUNCTION(salesops_query_select);
SALESOPS_FUNCTION(salesops_query_columns);
SALESOPS_FUNCTION(salesops_query_objects);

/* Places in errors are those of this query, not of the one that called. */
static void
query_error(void *arg)
{
	const char *query = arg;
	int			position = geterrposition();

	if (position > 0)
	{
		errposition(0);
		internalerrposition(position);
		internalerrquery(query);
	}
	else
		errcontext("query \"%.*s\"", pg_mbcliplen(query, (int) strlen(query), 1000), query);
}

SALESOPS_NORETURN static void refuse(const char *query, const char *what);

static void
refuse(const char *query, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("this is not a query that only reads: %s", what),
			 errdetail("It must be one SELECT, and begins: %.*s", pg_mbcliplen(query, (int) strlen(query), 200), query),
			 errhint("Write one SELECT, VALUES or WITH ... SELECT, without INTO and FOR UPDATE; what must change data is done elsewhere.")));
}

/* The one statement of a text; its place in the text is that without what stands after the semicolon. */
static RawStmt *
one_select(const char *query)
{
	List	   *statements = raw_parser(query, RAW_PARSE_DEFAULT);
	RawStmt    *statement;
	SelectStmt *first;

	if (list_length(statements) != 1)
		refuse(query, statements == NIL ? "there is none" : "there are several statements");
	statement = linitial_node(RawStmt, statements);
	if (!IsA(statement->stmt, SelectStmt))
		refuse(query, "it is another statement");
	/* of UNION and the like the first one has what belongs to all */
	for (first = (SelectStmt *) statement->stmt; first->larg != NULL; first = first->larg)
		;
	if (first->intoClause != NULL)
		refuse(query, "SELECT INTO makes a table");
	return statement;
}

static Query *
analyze_here(const char *query)
{
	static const Oid parameters[1] = {TIMESTAMPTZOID};
	Query	   *result = parse_analyze_fixedparams(one_select(query), query, parameters, 1, NULL);

	if (result->commandType != CMD_SELECT || result->hasModifyingCTE)
		refuse(query, "it changes data");
	if (result->hasForUpdate)
		refuse(query, "it locks rows");
	return result;
}

/*
 * A constant may be of a type whose input runs functions of users, such as the CHECK of a domain: they run in a subtransaction that is read only
 * and is taken back.  What parse analysis makes is memory, and stays.
 */
static Query *
analyze(const char *query)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	Query	   *volatile result = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		set_config_option("transaction_read_only", "on", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0, false);
		result = analyze_here(query);
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
		ReThrowError(error);
	}
	PG_END_TRY();
	return result;
}

static char *
query_arg(FunctionCallInfo fcinfo, ErrorContextCallback *context)
{
	char	   *query = text_to_cstring(PG_GETARG_TEXT_PP(0));

	context->callback = query_error;
	context->arg = query;
	context->previous = error_context_stack;
	error_context_stack = context;
	return query;
}

/* (query text): as it stands, without semicolon and what surrounds it */
Datum
salesops_query_select(PG_FUNCTION_ARGS)
{
	ErrorContextCallback context;
	char	   *query = query_arg(fcinfo, &context);
	RawStmt    *statement = one_select(query);
	int			length = statement->stmt_len > 0 ? statement->stmt_len : (int) strlen(query) - statement->stmt_location;
	const char *text = query + statement->stmt_location;

	error_context_stack = context.previous;
	for (; length > 0 && strchr(" \t\r\n\f", text[0]) != NULL; length--)
		text++;
	while (length > 0 && strchr(" \t\r\n\f", text[length - 1]) != NULL)
		length--;
	PG_RETURN_TEXT_P(cstring_to_text_with_len(text, length));
}

/* (query text) */
Datum
salesops_query_columns(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	ErrorContextCallback context;
	Query	   *query;
	ListCell   *cell;

	InitMaterializedSRF(fcinfo, 0);
	query = analyze(query_arg(fcinfo, &context));
	error_context_stack = context.previous;
	foreach(cell, query->targetList)
	{
		TargetEntry *target = lfirst_node(TargetEntry, cell);
		Datum		values[2];
		bool		nulls[2] = {false};

		if (target->resjunk)
			continue;
		values[0] = CStringGetTextDatum(target->resname == NULL ? "" : target->resname);
		values[1] = ObjectIdGetDatum(exprType((Node *) target->expr));
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

static bool
add_function(Oid function, void *arg)
{
	Objects    *objects = arg;

	if (function >= FirstNormalObjectId)
		objects->functions = list_append_unique_oid(objects->functions, function);
	return false;
}

static bool
collect(Node *node, void *objects)
{
	if (node == NULL)
		return false;
	CHECK_FOR_INTERRUPTS();
	if (IsA(node, Query))
	{
		Query	   *query = (Query *) node;
		Objects    *found = objects;
		ListCell   *cell;

		foreach(cell, query->rtable)
		{
			RangeTblEntry *entry = lfirst_node(RangeTblEntry, cell);

			if (entry->rtekind == RTE_RELATION && entry->relid >= FirstNormalObjectId)
				found->relations = list_append_unique_oid(found->relations, entry->relid);
		}
		return query_tree_walker(query, collect, objects, 0);
	}
	check_functions_in_node(node, add_function, objects);
	return expression_tree_walker(node, collect, objects);
}

static void
put_objects(Objects *objects, Oid class, List *oids)
{
	ListCell   *cell;

	foreach(cell, oids)
	{
		Datum		values[2] = {ObjectIdGetDatum(class), ObjectIdGetDatum(lfirst_oid(cell))};
		bool		nulls[2] = {false};

		tuplestore_putvalues(objects->rsinfo->setResult, objects->rsinfo->setDesc, values, nulls);
	}
}

/* (query text) */
Datum
salesops_query_objects(PG_FUNCTION_ARGS)
{
	Objects		objects = {(ReturnSetInfo *) fcinfo->resultinfo, NIL, NIL};
	ErrorContextCallback context;

	InitMaterializedSRF(fcinfo, 0);
	collect((Node *) analyze(query_arg(fcinfo, &context)), &objects);
	error_context_stack = context.previous;
	put_objects(&objects, RelationRelationId, objects.relations);
	put_objects(&objects, ProcedureRelationId, objects.functions);
	return (Datum) 0;
}
