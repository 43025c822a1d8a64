-- The stored keys that nothing names and nobody is about to store.
-- $1 text: the store; $2 bigint: in milliseconds, how long ago a key must have been named
with named as materialized (
  {{image/named}}
)
select
  k.id, k.key, k.is_ours, extract(epoch from k.stored_at) * 1000 as stored_ms,
  coalesce(k.unnamed_since, now()) <= now() - $2::bigint * interval '1 millisecond' as is_due
from prodimport.image_keys k
where k.store = $1::text
  and coalesce(k.held_until <= now(), true)
  and not exists (select 1 from named n where n.key = k.key)
order by k.id
