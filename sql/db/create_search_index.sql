-- Makes `ilike '%word%'` on SKU, name and description fast. Not in the migrations: it takes half as
-- much room as the products themselves, and every load has to keep it up.
create index if not exists products_search on prodimport.products
using gin (sku gin_trgm_ops, name gin_trgm_ops, description gin_trgm_ops)
