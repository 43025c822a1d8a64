-- Makes all that is done due again, its schedule from the beginning, as far as products show it.
with shown as materialized (
  select distinct shown.url
  from prodimport.products p
  cross join unnest(p.images) as shown (url)
)
update prodimport.images i
set
  status = 'waiting',
  next_attempt_at = now(),
  attempts_before = i.attempts
where i.status = 'done'
  and i.url in (select url from shown)
returning i.id
