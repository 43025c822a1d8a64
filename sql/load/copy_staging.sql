-- Fills staging, with the columns that the file has.
copy {{staging}} ({{columns}}) from stdin
