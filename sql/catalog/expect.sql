-- How many products a filter may find: the planner guesses by what it knows of the values.
-- $1 to $8: see catalog/listed.sql
explain (format json)
select
from prodimport.products
where {{catalog/chosen}}
