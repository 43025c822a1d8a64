-- Gives products the column by which they are distributed: it must be a plain one, and the check ties
-- it to the SKU, so that the unique index on lower(sku) holds across all nodes.
alter table prodimport.products add column sku_key text;
update prodimport.products set sku_key = lower(sku);
alter table prodimport.products
  alter column sku_key set not null,
  add constraint products_sku_key_check check (sku_key = lower(sku))
