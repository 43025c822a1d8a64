-- Records changes by hand. $1 bigint: their number, see job/next_id; $2 text: who made them
-- $3 bigint[], $4 text[]: the products and what was done to each; $5, $6 jsonb[]: before and after
insert into prodimport.changes
  (job_id, sku_key, product_id, sku, action, old, new, changed_at, changed_by, database_role)
select
  $1::bigint, lower(coalesce(c.old, c.new) ->> 'sku'), c.product_id,
  coalesce(c.new, c.old) ->> 'sku', c.action, c.old, c.new, clock_timestamp(), $2::text,
  current_user
from unnest($3::bigint[], $4::text[], $5::jsonb[], $6::jsonb[]) as c (product_id, action, old, new)
