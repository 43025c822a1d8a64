-- The catalogue in one order: those that have its key, or those that have none.
-- $1 to $8: see catalog/listed.sql; $9 bigint: how many, or null for all
-- $10, $11 text: key and SKU to go on after, or null; stretchesOf fills in the order
{{catalog/listed}}
  and {{after}}
order by {{order}}
limit $9
