-- Brings in the extension that the search index is built with; it is part of PostgreSQL's contrib
create extension if not exists pg_trgm with schema public
