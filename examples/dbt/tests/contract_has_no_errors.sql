{# What is wrong with the data that everything stands on: each row says what, where, how often, and what to do. #}
SELECT *
FROM salesops.contract_check('{{ var('salesops_contract_schema') }}')
WHERE severity = 'error'
