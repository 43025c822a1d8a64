-- Changes by hand are kept beside those of loads, with who made them. They have a number from the
-- sequence of jobs, so that the key stays what it was, and no row in jobs.

alter table prodimport.changes
  -- These three of changes by hand alone: a load says who and when in its job.
  add column changed_at timestamptz,
  -- Such as ops@shop-1.
  add column changed_by text,
  add column database_role text;

-- By which a product's history is found. Those of loads are found by their job and key: recording
-- them must not cost more indexes.
create index changes_by_hand_sku on prodimport.changes (sku_key) where changed_at is not null;
create index changes_by_hand_product on prodimport.changes (product_id)
where changed_at is not null;
-- Of products that got another SKU.
create index changes_by_hand_new_sku on prodimport.changes (lower(new ->> 'sku'))
where changed_at is not null and lower(new ->> 'sku') <> sku_key;

-- Who purged.
alter table prodimport.purges
  add column purged_by text,
  add column database_role text;
