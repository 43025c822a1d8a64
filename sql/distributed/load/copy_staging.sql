-- Fills staging, with the columns that the file has.
copy prodimport.staging_{{mark}} ({{columns}}) from stdin
