-- Makes the table of rows that only the database could reject, from where they are written to
-- prodimport.rejects beside this transaction.
create temporary table late_rejects (
  row_number integer not null,
  line integer,
  column_name text,
  value text not null,
  code text not null,
  sku text not null,
  stored_owner text
) on commit drop
