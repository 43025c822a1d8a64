-- Makes the list of staged rows that the merge leaves out: another row of their SKU replaced them,
-- or (with a code) they are rejected for what other rows of their SKU say.
create temporary table superseded (
  row_number integer primary key,
  code text
) on commit drop
