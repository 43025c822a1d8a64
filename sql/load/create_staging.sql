-- Makes the table that COPY fills: one line per row that passed parsing, gone with its transaction,
-- and a view by which all else calls it. Several processes of the server may read it at once where it
-- is not temporary. A null says that the cell was blank or that its column is not in the file.
create {{kind}} table {{staging}} (
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
create temporary view staging as select * from {{staging}};
-- Until load/compare: as little of a server's shared memory is taken as a temporary table would.
set local max_parallel_workers_per_gather = 0
