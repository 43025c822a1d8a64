-- Claims due images, of each host in turn, those first that have the fewest under way: a slow host
-- holds up nobody. A claim is an attempt: `attempts` goes up, and `next_attempt_at` becomes the
-- lease after which somebody else may try.
-- $1 integer: at most so many; $2 integer: lease in milliseconds; $3 text: for this store;
-- $4 boolean: whether files beside the table can be read
with recursive hosts as (
  (
    select host
    from prodimport.images
    where store = $3::text
      and status in ('waiting', 'running')
    order by host
    limit 1
  )
  union all
  select (
    select i.host
    from prodimport.images i
    where i.store = $3
      and i.status in ('waiting', 'running')
      and i.host > h.host
    order by i.host
    limit 1
  )
  from hosts h
  where h.host is not null
),
due as (
  select
    waiting.id,
    busy.images + row_number() over (partition by h.host order by next_attempt_at, id) as turn
  from hosts h
  cross join lateral (
    select count(*) as images
    from prodimport.images
    where store = $3
      and host = h.host
      and status = 'running'
      and next_attempt_at > now()
  ) busy
  cross join lateral (
    select id, next_attempt_at
    from prodimport.images
    where store = $3
      and host = h.host
      and status in ('waiting', 'running')
      and next_attempt_at <= now()
    order by next_attempt_at, id
    limit $1::integer
    for update skip locked
  ) waiting
  where h.host is not null
    and ($4::boolean or h.host <> 'file://')
)
update prodimport.images i
set
  status = 'running',
  attempts = i.attempts + 1,
  next_attempt_at = now() + $2::integer * interval '1 millisecond'
where i.id in (select id from due order by turn, id limit $1)
returning
  i.id, i.url, i.attempts, i.attempts - i.attempts_before as round, i.key, i.made_for, i.etag,
  i.last_modified
