-- Makes the table that says what each value of a key becomes; gone with its transaction.
create temporary table converted (
  old jsonb not null,
  -- A JSON null takes the key away; null where the value does not fit.
  new jsonb,
  error text
) on commit drop
