-- The catalogue by price, from the last to the first; products without one come last.
-- $1 to $7: see catalog/listed.sql; $8 bigint: how many, or null for all
-- $9 numeric, $10 bigint: price and id to go on after, or null
{{catalog/listed}}
  and (
    $10::bigint is null
    or case when $9::numeric is null then price is null and id < $10
      else price < $9 or price is null or price = $9 and id < $10 end
  )
order by price desc nulls last, id desc
limit $8
