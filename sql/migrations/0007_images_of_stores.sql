-- An image has a row for each store that it is, or is to be, in: a key means nothing without it.

alter table prodimport.images
  -- What the store is called: the folder, or s3://bucket/prefix.
  add column store text;

-- So far the name of the store stood behind the settings: format, width, quality. What was never
-- stored belongs with the rest.
update prodimport.images
set
  store = coalesce(
    substring(made_for from '^[^ ]+ [^ ]+ [^ ]+ (.*)$'),
    (
      select mode() within group (order by substring(made_for from '^[^ ]+ [^ ]+ [^ ]+ (.*)$'))
      from prodimport.images
    )
  ),
  made_for = substring(made_for from '^[^ ]+ [^ ]+ [^ ]+'),
  -- Products had the keys without the dead; now they have null for each of these.
  is_revised = is_revised or status = 'dead' and key is null;

-- Where nothing was ever stored: the next run finds again what waits.
delete from prodimport.images
where store is null;

alter table prodimport.images
  alter column store set not null,
  drop constraint images_url_hash_key,
  add unique (store, url_hash);

drop index prodimport.images_due;

create index images_due on prodimport.images (store, host, next_attempt_at, id)
where status in ('waiting', 'running');

-- Undo would bring back keys of which nobody knows to which image they belong.
update prodimport.changes
set old = jsonb_set(old, '{compressedImages}', '[]')
where jsonb_array_length(old -> 'compressedImages') <> jsonb_array_length(old -> 'images')
  and old -> 'compressedImages' <> '[]';
