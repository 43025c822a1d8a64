-- What those may do who don't own the schema, and what only its owner may: by functions that run as
-- the owner, find nothing of others on the way, and take names from our own tables alone.

-- How an expression reads a field.
create function prodimport.field_reader(name text, type text) returns text
language sql immutable as $body$
  select 'prodimport.field_' || case
    when type in ('integer', 'number', 'money') then 'number'
    when type in ('boolean', 'date', 'list') then type
    else 'text' end || '(attributes -> ' || quote_literal(name) || ')'
$body$;

-- How the view shows a field: null where a stored value is not of its type, so that it never fails.
create function prodimport.field_column(name text, type text) returns text
language sql immutable as $body$
  select case type
    when 'integer' then replace(
      'case when ? = trunc(?) and abs(?) < 1e18 then ?::bigint end', '?', reader)
    when 'list' then replace(
      'case when ? is not null then array(select jsonb_array_elements_text(?)) end', '?', reader)
    else reader end || ' as ' || quote_ident(name)
  from (select prodimport.field_reader(name, type) as reader) known
$body$;

-- Makes the view of the catalogue as the fields are now. A column more is appended; where one is gone,
-- or has another type, the view is made anew, and granted to others as before.
create function prodimport.show_fields() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
declare
  text_of_view text := 'prodimport.catalogue as select id, sku, name, description, price, active, owner, '
    || 'images, compressed_images, created_at, updated_at'
    || (select coalesce(string_agg(', ' || prodimport.field_column(name, type), '' order by id), '')
      from prodimport.fields)
    || ' from ' || 'prodimport.products';
  statement text;
  grants text[];
begin
  begin
    execute 'create or replace view ' || text_of_view;
  exception when invalid_table_definition then
    grants := array(
      select 'grant ' || a.privilege_type || ' on ' || 'prodimport.catalogue to '
        || case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end
        || case when a.is_grantable then ' with grant option' else '' end
      from pg_class c
      cross join aclexplode(c.relacl) a
      where c.oid = 'prodimport.catalogue'::regclass and a.grantee <> c.relowner);
    drop view prodimport.catalogue;
    execute 'create view ' || text_of_view;
    foreach statement in array grants loop
      execute statement;
    end loop;
  end;
  -- Said each time, as it is forgotten where a view is replaced.
  if current_setting('server_version_num')::integer >= 150000 then
    alter view prodimport.catalogue set (security_invoker = true);
  end if;
end
$body$;

-- Takes the index of a field away, and makes it again where that is wanted.
create function prodimport.index_field(field text, wanted boolean) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
declare
  -- PostgreSQL cuts longer names, and two would be the same.
  index_name text := 'products_field_' || case when length(field) <= 40 then field
    else left(field, 30) || '_' || left(encode(sha256(convert_to(field, 'UTF8')), 'hex'), 8) end;
  statement text;
begin
  execute 'drop index if exists ' || 'prodimport.' || quote_ident(index_name);
  if not wanted then
    return;
  end if;
  select 'create index ' || quote_ident(index_name) || ' on ' || 'prodimport.products using '
    || case when f.type = 'list' then 'gin' else 'btree' end || ' (('
    -- As conditions compare texts: an entry of an index has an end.
    || case when f.type in ('integer', 'number', 'money', 'boolean', 'date', 'list') then reader
      else 'left(' || reader || ', 255)' end || '))'
  into strict statement
  from prodimport.fields f
  cross join lateral (select prodimport.field_reader(f.name, f.type) as reader) known
  where f.name = field;
  execute statement;
end
$body$;

-- Which of these SKUs are taken, whoever may see their products: for a load under row security, to
-- which a SKU of somebody else looks like a new one.
create function prodimport.taken_skus(skus text[]) returns setof text
language sql stable security definer set search_path = pg_catalog, pg_temp as $body$
  select sku
  from unnest(skus) named (sku)
  where exists (select from prodimport.products p where lower(p.sku) = lower(named.sku))
$body$;

revoke execute on function
  prodimport.show_fields(), prodimport.index_field(text, boolean), prodimport.taken_skus(text[])
from public;
