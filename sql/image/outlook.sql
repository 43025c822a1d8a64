-- How many images are not finished yet, and in how many milliseconds the next one is due: by its
-- schedule, or as the lease of whoever fetches it ends. $1 text: the store;
-- $2 boolean: whether files beside the table can be read
select
  count(*)::integer as unfinished,
  count(*) filter (where status = 'running')::integer as running,
  extract(epoch from min(next_attempt_at) - now()) * 1000 as due_in_ms
from prodimport.images
where store = $1::text
  and status in ('waiting', 'running')
  and ($2::boolean or host <> 'file://')
