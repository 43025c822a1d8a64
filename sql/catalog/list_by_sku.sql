-- The catalogue by SKU, on the index of its identity.
-- $1 to $7: see catalog/listed.sql; $8 bigint: how many, or null for all
-- $9 text: go on after this SKU, or null
{{catalog/listed}}
  and ($9::text is null or lower(sku) > lower($9))
order by lower(sku)
limit $8
