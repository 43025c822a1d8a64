-- Makes the table that COPY fills: one line per row that passed parsing, gone with its transaction.
-- A null says that the cell was blank or that its column is not in the file.
create temporary table staging (
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
) on commit drop
