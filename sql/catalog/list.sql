-- The catalogue in one order; products without the key come last.
-- $1 to $7: see catalog/listed.sql; $8 bigint: how many, or null for all
-- $9, $10 bigint: key and id to go on after, or null; orderParts fills in the order
{{catalog/listed}}
  and ($10::bigint is null or {{after}})
order by {{order}}
limit $8
