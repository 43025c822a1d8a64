-- Keeps a key from being pruned while a worker stores it, where it is known already.
-- $1 text: the store; $2 text: key; $3 integer: for so many milliseconds
update prodimport.image_keys
set
  stored_at = now(),
  held_until = now() + $3::integer * interval '1 millisecond',
  unnamed_since = null
where store = $1::text
  and key = $2::text
returning id
