{# Run by hand or by the scheduler: dbt run-operation salesops_install, and so on. #}

{# dbt commits nothing that an operation does, so each says where it begins and ends. #}
{% macro salesops_execute(statement) %}
  {% do run_query('BEGIN; ' ~ statement ~ '; COMMIT') %}
{% endmacro %}

{# The extension, at the newest version that is installed on the server. Needs CREATE on the database. #}
{% macro salesops_install() %}
  {% do salesops_execute('CREATE EXTENSION IF NOT EXISTS salesops') %}
  {% do salesops_execute('ALTER EXTENSION salesops UPDATE') %}
{% endmacro %}

{# The contract schema as views over the tables of a connector:
   dbt run-operation salesops_attach --args '{adapter: salesforce_fivetran, source_schema: salesforce}' #}
{% macro salesops_attach(adapter, source_schema, target_schema=none) %}
  {% do salesops_execute("CALL salesops.attach('" ~ adapter ~ "', '" ~ source_schema ~ "', '" ~ (target_schema or var('salesops_contract_schema')) ~ "')") %}
{% endmacro %}

{# The reports of salesops, of which dashboards read the views: dbt run-operation salesops_refresh, as the last step of a job. #}
{% macro salesops_refresh(full_refresh=false) %}
  {% do salesops_execute("CALL salesops.refresh_reports('" ~ var('salesops_reports_schema') ~ "', " ~ (full_refresh | string | lower) ~ ")") %}
{% endmacro %}
