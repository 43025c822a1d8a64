-- Whether any endpoint asks for one of these events: most catalogues have none, and need no bodies.
-- $1 text[]: events
select exists (
  select 1
  from prodimport.endpoints
  where enabled
    and events && $1::text[]
) as wanted
