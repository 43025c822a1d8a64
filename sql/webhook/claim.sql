-- Claims due deliveries, from each endpoint as many as it has room for, so that a slow one holds up
-- nobody. A claim is an attempt: `attempts` goes up, it has no duration until it is over, and
-- `next_attempt_at` becomes the lease after which somebody else may try.
-- $1 bigint[]: endpoints with attempts under way; $2 integer[]: how many each;
-- $3 integer: attempts at once to one endpoint (to one that fails: 1); $4 integer: at most so many;
-- $5 integer: lease in milliseconds; $6 text[]: only these deliveries, and of endpoints whose last
-- attempt did not fail; null for all
with busy (endpoint_id, attempts) as (
  select * from unnest($1::bigint[], $2::integer[])
),
due as (
  select d.id
  from prodimport.endpoints e
  left join busy on busy.endpoint_id = e.id
  cross join lateral (
    select id
    from prodimport.deliveries
    where endpoint_id = e.id
      and status = 'pending'
      and next_attempt_at <= now()
      and ($6::text[] is null or id = any ($6))
    order by next_attempt_at, id
    limit greatest(
      0,
      case when e.failing_since is null then $3::integer else 1 end - coalesce(busy.attempts, 0)
    )
    for update skip locked
  ) d
  where e.enabled
    and (e.held_until is null or e.held_until <= now())
    and ($6::text[] is null or e.failing_since is null)
  order by e.failing_since is not null, e.id
  limit $4::integer
)
update prodimport.deliveries d
set
  attempts = d.attempts + 1,
  last_attempt_at = now(),
  last_duration_ms = null,
  next_attempt_at = now() + $5::integer * interval '1 millisecond'
from prodimport.endpoints e
where d.id in (select id from due)
  and e.id = d.endpoint_id
returning
  d.id, d.endpoint_id, d.event, d.body, d.attempts, d.attempts - d.attempts_before as round,
  e.url, e.allow_private, e.secret,
  case when e.old_secret_until > now() then e.old_secret end as old_secret
