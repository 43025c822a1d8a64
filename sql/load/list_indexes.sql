-- How each index of products is taken away and made again as it is, with its tablespace and its
-- comments. No rows where this may not be done, or where anything stands on the table that is not
-- ours: then a first load keeps up the indexes row by row.
with catalogue as (
  select c.oid, c.relname, n.nspname, format('%I.%I', n.nspname, c.relname) as name
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  where c.oid = 'prodimport.products'::regclass
    and pg_has_role(c.relowner, 'usage')
    and has_schema_privilege(n.oid, 'create')
    and c.relkind = 'r'
    and c.relreplident = 'd'
    and not c.relrowsecurity
    and not exists (select from pg_inherits where c.oid in (inhrelid, inhparent))
    and not exists (select from pg_trigger where tgrelid = c.oid)
    and not exists (select from pg_rewrite where ev_class = c.oid)
    and not exists (select from pg_policy where polrelid = c.oid)
    and not exists (
      select from pg_publication_tables
      where schemaname = n.nspname and tablename = c.relname)
    and not exists (
      select from pg_constraint
      where confrelid = c.oid or conrelid = c.oid and contype not in ('p', 'c', 'n'))
    and not exists (select from pg_event_trigger where evtenabled <> 'D')
),
indexes as (
  select
    t.name as on_table,
    format('%I.%I', t.nspname, c.relname) as name,
    quote_ident(c.relname) as short_name,
    i.indexrelid,
    k.oid as key_oid,
    quote_ident(k.conname) as key_name,
    s.spcname,
    (c.relname in ('products_pkey', 'products_sku_key', 'products_search')
        or starts_with(c.relname, 'products_field_'))
      and (k.oid is null or i.indisprimary and not k.condeferrable)
      and i.indisvalid
      and i.indpred is null
      and not i.indisclustered
      and (c.reltablespace = 0 or has_tablespace_privilege(s.oid, 'create'))
      and not exists (
        select from pg_attribute
        where attrelid = i.indexrelid and coalesce(attstattarget, -1) <> -1)
      -- Such as a view that groups by the primary key.
      and not exists (
        select from pg_depend
        where (refclassid = 'pg_class'::regclass and refobjid = i.indexrelid
            or refclassid = 'pg_constraint'::regclass and refobjid = k.oid)
          and objid <> i.indexrelid)
      as is_ours
  from catalogue t
  join pg_index i on i.indrelid = t.oid
  join pg_class c on c.oid = i.indexrelid
  left join pg_constraint k on k.conindid = i.indexrelid and k.conrelid = t.oid
  join pg_tablespace s on s.oid = coalesce(
    nullif(c.reltablespace, 0),
    (select dattablespace from pg_database where datname = current_database()))
)
select
  case when key_oid is null then 'drop index ' || name
    else format('alter table %s drop constraint %s', on_table, key_name) end as drop,
  array_remove(array[
    format('%s tablespace %I', pg_get_indexdef(indexrelid), spcname),
    case when key_oid is not null
      then format('alter table %s add constraint %s primary key using index %s',
        on_table, key_name, short_name) end,
    format('comment on index %s is ', name)
      || quote_literal(obj_description(indexrelid, 'pg_class')),
    format('comment on constraint %s on %s is ', key_name, on_table)
      || quote_literal(obj_description(key_oid, 'pg_constraint'))
  ], null) as build
from indexes
where (select bool_and(is_ours) from indexes)
order by indexrelid
