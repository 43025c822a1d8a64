-- Writes down a key before it is stored, so that nothing is ever stored without a record.
-- $1 to $3: see image/hold_key.sql; $4 boolean: whether it is not in the store yet
insert into prodimport.image_keys (store, key, held_until, is_ours)
values ($1::text, $2::text, now() + $3::integer * interval '1 millisecond', $4::boolean)
-- Another worker stores the same at this moment.
on conflict (store, key) do update
set
  stored_at = now(),
  held_until = excluded.held_until,
  unnamed_since = null
returning id
