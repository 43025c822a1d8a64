-- How many images wait that another store has already, and how many that are files beside the table.
-- $1 text: the store
select
  count(*) filter (
    where i.key is null
      and exists (
        select 1
        from prodimport.images other
        where other.url_hash = i.url_hash
          and other.store <> $1::text
          and other.key is not null
      )
  )::integer as lacking,
  count(*) filter (where i.host = 'file://')::integer as files
from prodimport.images i
where i.store = $1
  and i.status in ('waiting', 'running')
