-- What a load with --record-changes did to each product, so that it can be told and undone.

create table prodimport.changes (
  job_id bigint not null,
  sku_key text not null,
  product_id bigint,
  sku text not null,
  action text not null check (action in ('inserted', 'updated', 'deleted', 'deactivated')),
  -- The product before and after, with all that undo needs; null where there was or is none.
  old jsonb,
  new jsonb,
  primary key (job_id, sku_key)
);
