-- An attempt at an endpoint failed. $1 bigint: endpoint; $2 boolean: nobody answered, so hold it
-- back: 5 s, twice as long each further time, up to 5 minutes (attempts that were under way at the
-- same time count once); $3 integer: milliseconds for which the receiver asked to be left alone, or
-- null; $4 boolean: it is gone (410), so disable it
update prodimport.endpoints
set
  failing_since = coalesce(failing_since, now()),
  silences = case
    when not $2::boolean then 0
    when held_until > now() then silences
    else silences + 1
  end,
  held_until = case
    when $3::integer is not null then now() + $3::integer * interval '1 millisecond'
    when held_until > now() then held_until
    when $2::boolean then now() + least(5 * 2 ^ least(silences, 10), 300) * interval '1 second'
  end,
  enabled = enabled and not $4::boolean,
  disabled_reason = case when $4::boolean then 'answered 410 Gone' else disabled_reason end
where id = $1
