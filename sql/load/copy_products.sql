-- Fills the empty catalogue itself, with the columns that are given.
copy prodimport.products ({{columns}}) from stdin
