-- Lets one command at a time change who may do what; until the transaction ends.
lock table prodimport.migrations in share row exclusive mode
