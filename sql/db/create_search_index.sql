-- Makes searching fast. Not in the migrations: it takes half as much room as the products
-- themselves, and every load has to keep it up.
create index if not exists products_search on prodimport.products
using gin ({{catalog/search_document}})
