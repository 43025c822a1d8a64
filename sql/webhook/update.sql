-- Changes an endpoint; null keeps what is there. Enabling it forgets its failures.
-- $1 bigint: endpoint; $2 text: URL; $3 text[]: events; $4 boolean: enabled; $5 boolean: private
-- allowed; $6 text: new secret; $7 integer: seconds for which the old secret signs as well
update prodimport.endpoints
set
  url = coalesce($2, url),
  events = coalesce($3::text[], events),
  enabled = coalesce($4::boolean, enabled),
  disabled_reason = case when $4::boolean is null then disabled_reason end,
  allow_private = coalesce($5::boolean, allow_private),
  failing_since = case when $4::boolean or $2 is not null then null else failing_since end,
  silences = case when $4::boolean or $2 is not null then 0 else silences end,
  held_until = case when $4::boolean or $2 is not null then null else held_until end,
  secret = coalesce($6, secret),
  old_secret = case when $6 is null then old_secret else secret end,
  old_secret_until = case
    when $6 is null then old_secret_until
    else now() + $7::integer * interval '1 second'
  end
where id = $1
returning id
