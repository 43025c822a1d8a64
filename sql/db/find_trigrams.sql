-- In which schema the extension is that the search index is built with, and whether that index is there;
-- no row where the extension is not
select
  n.nspname as schema,
  to_regclass('prodimport.products_search') is not null as is_used
from pg_extension e
join pg_namespace n on n.oid = e.extnamespace
where e.extname = 'pg_trgm'
