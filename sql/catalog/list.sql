-- The catalogue in one order; products without the key come last.
-- $1 to $8: see catalog/listed.sql; $9 bigint: how many, or null for all
-- $10, $11 bigint: key and id to go on after, or null; orderParts fills in the order
{{catalog/listed}}
  and ($11::bigint is null or {{after}})
order by {{order}}
limit $9
