-- The catalogue by name, from the first to the last; products without one come last.
-- $1 to $7: see catalog/listed.sql; $8 bigint: how many, or null for all
-- $9 text, $10 bigint: name and id to go on after, or null
{{catalog/listed}}
  and (
    $10::bigint is null
    or case when $9::text is null then lower(name) is null and id > $10
      else lower(name) > lower($9) or lower(name) is null
        or lower(name) = lower($9) and id > $10 end
  )
order by lower(name) nulls last, id
limit $8
