-- Begins a transaction with what the statements in it rely on, whatever the server, the database, the
-- role or a pooler has set: what it sees of others, nobody's functions and operators but PostgreSQL's
-- own, dates and texts as the driver reads and writes them.
begin isolation level {{mode}};
set local search_path = pg_catalog, pg_temp;
set local datestyle = 'ISO, YMD';
set local standard_conforming_strings = on;
set local array_nulls = on
