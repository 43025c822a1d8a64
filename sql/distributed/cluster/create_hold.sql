-- Locks products until the transaction ends, in the order of their keys; see catalog/hold. Only here:
-- the nodes have no use for it.
set local citus.enable_ddl_propagation = off;
create function prodimport.hold_products(skus text[]) returns setof prodimport.products
language plpgsql
-- Whoever calls it, nothing of others is found on the way.
set search_path = pg_catalog, pg_temp
as $function$
declare
  key text;
begin
  -- The nodes are to wait no longer than this one would (db/limit_wait).
  set local citus.propagate_set_commands = 'local';
  execute format('set local lock_timeout = %L', current_setting('lock_timeout'));
  for key in select distinct lower(sku) from unnest(skus) as named (sku) order by 1 loop
    return query
      select * from prodimport.products where sku_key = key and lower(sku) = key for update;
  end loop;
end
$function$;
set local citus.enable_ddl_propagation = on
