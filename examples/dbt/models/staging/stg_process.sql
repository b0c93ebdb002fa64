{# One row: the sales process, as a value that functions take. #}
SELECT salesops.sales_process(stage, position, probability, category, outcome, max_days) AS process
FROM {{ source('contract', 'stage') }}
