-- core: what procedures that make objects in a user's schema ask for first: that the schema is there, and that what is made again is of who makes it.

CREATE FUNCTION existing_schema(schema text, of text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	-- nothing of making one: it may be that of a connector's tables
	advice CONSTANT text := format('Pass the name of the schema of %s as it is, without quotes; \dn lists the schemas.', of);
BEGIN
	IF schema IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = format('the schema of %s must not be NULL', of), HINT = advice;
	ELSIF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = schema) THEN
		RAISE invalid_schema_name USING MESSAGE = format('schema %s does not exist', quote_ident(schema)), HINT = advice;
	END IF;
	RETURN schema;
END $$;
COMMENT ON FUNCTION existing_schema(text, text) IS $$The name of a schema, which is there: an error where it is not. For functions that read, which cannot CALL require_schema.
schema: as it is named, without quotes; NULL is an error, too. of: what the schema is of, for message and hint, such as the contract. It reads the catalog alone.
Example: salesops.existing_schema('pg_catalog', 'the server') ==> pg_catalog$$;

CREATE PROCEDURE require_schema(schema text, of text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	PERFORM salesops.existing_schema(schema, of);
END $$;
COMMENT ON PROCEDURE require_schema(text, text) IS $$Raises an error where there is no schema of this name. What makes objects in a schema of the user's begins with it.
schema: as it is named, without quotes; NULL is an error, too. of: what the schema is of, for message and hint, such as the log. It reads the catalog alone. CALL salesops.require_schema('crm', 'the log');
Example: to_regprocedure('salesops.require_schema(text, text)') IS NOT NULL ==> true$$;

CREATE PROCEDURE require_ownership(schema text, names text[])
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	problem text;
BEGIN
	SELECT string_agg(format('%I.%I of %s', schema, o.name, pg_get_userbyid(o.owner)), ', ' ORDER BY o.name) INTO problem
	FROM (SELECT c.relname, c.relowner, c.relnamespace FROM pg_class AS c UNION SELECT p.proname, p.proowner, p.pronamespace FROM pg_proc AS p) AS o (name, owner, namespace)
	JOIN pg_namespace AS n ON n.oid = o.namespace
	WHERE n.nspname = schema AND o.name = ANY (names) AND pg_get_userbyid(o.owner) <> current_user;
	IF problem IS NOT NULL THEN
		RAISE insufficient_privilege USING MESSAGE = format('this is another''s: %s', problem), DETAIL = 'Whoever owns a function or the trigger of a table can make it do something else, with the rights of those who use it.',
			HINT = 'SET ROLE to its owner, or drop it, or choose another schema.';
	END IF;
END $$;
COMMENT ON PROCEDURE require_ownership(text, text[]) IS $$Raises an error where a schema has tables or functions of these names that belong to another role than the current one. What makes objects of its own begins with it: CREATE OR REPLACE keeps the owner of a function, and IF NOT EXISTS a table.
schema: as it is named, without quotes. names: of tables, indexes and functions. It reads the catalog alone, with the rights of who calls it. CALL salesops.require_ownership('crm', '{merge_run,merge_change}');
Example: to_regprocedure('salesops.require_ownership(text, text[])') IS NOT NULL ==> true$$;

-- core: whether a transaction may be ended here.

CREATE PROCEDURE may_commit(INOUT commits boolean)
	AS 'MODULE_PATHNAME', 'salesops_may_commit' LANGUAGE C;
COMMENT ON PROCEDURE may_commit(boolean) IS $$Tells a procedure in PL/pgSQL whether it may COMMIT: not in a transaction that its caller began, nor where a function called it.
commits: a variable, which is set; what it was does not matter. From an exception block it tells the same as outside, but nothing may be committed there. CALL salesops.may_commit(commits);
Example: to_regprocedure('salesops.may_commit(boolean)') IS NOT NULL ==> true$$;
