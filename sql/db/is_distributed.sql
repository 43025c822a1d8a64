-- Whether products are spread over the nodes of a cluster, by the column that says to which of them.
select exists (
  select
  from pg_attribute
  where attrelid = to_regclass('prodimport.products') and attname = 'sku_key' and not attisdropped
) as distributed
