-- Whether the view of the catalogue shows all products to whoever reads it, though products have row
-- security: where it does not keep to the rights of its reader, as before PostgreSQL 15.
select
  products.relrowsecurity
    and not coalesce('security_invoker=true' = any (catalogue.reloptions), false) as is_open
from pg_class products
cross join pg_class catalogue
where products.oid = 'prodimport.products'::regclass
  and catalogue.oid = 'prodimport.catalogue'::regclass
