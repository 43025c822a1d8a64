-- How many images wait that another store has already. $1 text: the store
select count(*)::integer as lacking
from prodimport.images i
where i.store = $1::text
  and i.status in ('waiting', 'running')
  and i.key is null
  and exists (
    select 1
    from prodimport.images other
    where other.url_hash = i.url_hash
      and other.store <> $1
      and other.key is not null
  )
