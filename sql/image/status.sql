-- How many images wait, run, are done and dead, by host; those without a row wait as well.
-- $1 text: for this store; null: for all
with unplanned as (
  {{image/unplanned}}
),
images as (
  select
    host,
    -- A lease that has run out is no sign of life.
    case when status = 'running' and next_attempt_at <= now() then 'waiting' else status end
      as status,
    bytes_in, bytes_out
  from prodimport.images
  where $1::text is null
    or store = $1
  union all
  select host, 'waiting', 0, 0
  from unplanned
)
select
  host,
  count(*) filter (where status = 'waiting')::integer as waiting,
  count(*) filter (where status = 'running')::integer as running,
  count(*) filter (where status = 'done')::integer as done,
  count(*) filter (where status = 'dead')::integer as dead,
  sum(bytes_in) as bytes_in,
  sum(bytes_out) as bytes_out
from images
group by host
order by count(*) desc, host
