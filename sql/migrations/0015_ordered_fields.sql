-- Indexes of fields go on by SKU, so that a page of what a condition finds, and one in the order of a
-- field, is read from its index without a sort.

-- Takes the index of a field away, and makes it again where that is wanted.
create or replace function prodimport.index_field(field text, wanted boolean) returns void
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
    || case
      when f.type = 'list' then 'gin ((' || reader || '))'
      when f.type in ('integer', 'number', 'money', 'boolean', 'date')
        then 'btree ((' || reader || '), lower(sku))'
      -- As conditions compare texts: an entry of an index has an end.
      else 'btree (left(' || reader || ', 255), lower(sku))' end
  into strict statement
  from prodimport.fields f
  cross join lateral (select prodimport.field_reader(f.name, f.type) as reader) known
  where f.name = field;
  execute statement;
end
$body$;

do $again$
begin
  perform prodimport.index_field(name, true)
  from prodimport.fields
  where is_indexed;
end
$again$;
