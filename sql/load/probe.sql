-- What a load must know of its database: whether it folds ASCII letters as everybody expects (a Turkish
-- collation does not), and whether this role may make tables in the schema.
select
  lower('ABCDEFGHIJKLMNOPQRSTUVWXYZ') = 'abcdefghijklmnopqrstuvwxyz' as folds_ascii,
  has_schema_privilege(relnamespace, 'create') as may_create
from pg_class
where oid = 'prodimport.products'::regclass
