-- The catalogue by the time of the last change, from the last to the first.
-- $1 to $7: see catalog/listed.sql; $8 bigint: how many, or null for all
-- $9 timestamptz, $10 bigint: time (to the millisecond) and id to go on after, or null
{{catalog/listed}}
  and (
    $10::bigint is null
    or (date_trunc('milliseconds', updated_at), id) < ($9::timestamptz, $10)
  )
order by date_trunc('milliseconds', updated_at) desc, id desc
limit $8
