-- Makes the table that COPY fills, within the shards of the products: Citus distributes no temporary
-- table, so it is made, and dropped again (load/drop_staging), in the load's own transaction.
create unlogged table {{staging}} (
  -- The shard of a row, and what it is compared by. The check holds memory's folding, and that of
  -- the coordinator, against the node where the row is.
  sku_key text not null check (sku_key = lower(sku)),
  -- What a new product gets: an identity would bring every row back to the coordinator. The other
  -- rows burn theirs.
  id bigint default nextval('prodimport.products_id_seq'),
  row_number integer not null,
  line integer,
  -- u(psert), a(dd), c(hange), d(elete)
  action "char" not null default 'u',
  sku text not null,
  name text,
  description text,
  price numeric(16, 4),
  active boolean,
  owner text,
  images text[],
  attributes jsonb,
  -- Fields whose column the file has and this short row has not.
  absent text[]
);
select create_distributed_table(
  '{{staging}}', 'sku_key', colocate_with => 'prodimport.products');
-- Only here, and without a word about it in the log of the server.
set local citus.enable_ddl_propagation = off;
create temporary view staging as select * from {{staging}};
set local citus.enable_ddl_propagation = on
