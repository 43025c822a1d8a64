-- Whether the schema is there, with or without tables. $1 text: its name
select exists (select from pg_namespace where nspname = $1::text) as has_schema
