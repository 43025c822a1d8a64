-- Writes down that an attempt has stored its image, unless it is no longer the last one: then
-- somebody else has taken the image over, and nothing is written.
-- $1 bigint: image; $2 integer: the attempt; $3 text: key; $4 text: settings;
-- $5 text: ETag, or null; $6 text: Last-Modified, or null; $7 bigint: bytes fetched;
-- $8 bigint: bytes stored; $9 integer: HTTP status, null for a file;
-- $10 bigint: the record of the key
with kept as (
  update prodimport.image_keys
  set
    held_until = null,
    unnamed_since = null
  where id = $10
  returning id
)
update prodimport.images
set
  status = 'done',
  next_attempt_at = null,
  last_status = $9,
  last_error = null,
  -- Who shows it has no key of it yet, unless this was another try or another version.
  is_revised = is_revised or key is distinct from $3 and (key is not null or attempts_before > 0),
  key = $3,
  made_for = $4,
  etag = $5,
  last_modified = $6,
  bytes_in = $7,
  bytes_out = $8
where id = $1
  and attempts = $2::integer
  and status = 'running'
  -- Else it was pruned before it got here.
  and exists (select 1 from kept)
returning id
