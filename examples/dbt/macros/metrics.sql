{# Metrics as macros: MetricFlow knows sums and quotients of sums, and neither medians nor intervals nor the aggregates of an
   extension. Use these in a model's SELECT, with any GROUP BY. #}

{# Of deals: won and closed are boolean expressions. #}
{% macro win_rate(won, closed) %}salesops.win_rate({{ won }}, {{ closed }}){% endmacro %}
{% macro win_rate_amount(won, closed, amount) %}salesops.win_rate_amount({{ won }}, {{ closed }}, {{ amount }}){% endmacro %}
{% macro win_rate_created(won, closed) %}salesops.win_rate_created({{ won }}, {{ closed }}){% endmacro %}
{% macro forecast_category_integrity(process, stage, category) %}salesops.forecast_category_integrity({{ process }}, {{ stage }}, {{ category }}){% endmacro %}

{# Of summaries: what a stored deal_stats knows. merge() first, where several are put together. #}
{% macro deal_stats_columns(stats) %}
salesops.won_deals({{ stats }}) AS won_deals,
	salesops.lost_deals({{ stats }}) AS lost_deals,
	salesops.won_amount({{ stats }}) AS won_amount,
	salesops.lost_amount({{ stats }}) AS lost_amount,
	salesops.win_rate({{ stats }}) AS win_rate,
	salesops.win_rate_low({{ stats }}) AS win_rate_low,
	salesops.win_rate_high({{ stats }}) AS win_rate_high,
	salesops.win_rate_amount({{ stats }}) AS win_rate_amount,
	salesops.avg_deal_size({{ stats }}) AS avg_deal_size,
	salesops.median_cycle_days({{ stats }}) AS median_cycle_days
{%- endmacro %}

{# Of sums: open amount, quota and what is booked of it. #}
{% macro pipeline_coverage(open_amount, quota, booked) %}salesops.pipeline_coverage(({{ open_amount }})::float8, ({{ quota }})::float8, ({{ booked }})::float8){% endmacro %}
