-- The statements that give the schema and all of its owner's that stands in it to another role.
-- $1 text: the role
select 'alter ' || kind || ' ' || name || ' owner to ' || quote_ident($1::text) as statement
from (
  select 'schema' as kind, quote_ident(n.nspname) as name
  from pg_namespace n
  join pg_class m on m.relnamespace = n.oid
  where m.oid = 'prodimport.migrations'::regclass
  union all
  select case when c.relkind = 'v' then 'view' else 'table' end, c.oid::regclass::text
  from pg_class c
  join pg_class m on m.relnamespace = c.relnamespace and m.relowner = c.relowner
  where m.oid = 'prodimport.migrations'::regclass and c.relkind in ('r', 'p', 'v')
  union all
  select 'function', p.oid::regprocedure::text
  from pg_proc p
  join pg_class m on m.relnamespace = p.pronamespace and m.relowner = p.proowner
  where m.oid = 'prodimport.migrations'::regclass
) owned
