-- Makes all that is done due again, its schedule from the beginning, as far as products show it.
-- $1 text: the store
update prodimport.images i
set
  status = 'waiting',
  next_attempt_at = now(),
  attempts_before = i.attempts
where i.store = $1::text
  and i.status = 'done'
  and i.url in (
    select shown.url
    from prodimport.products p
    cross join unnest(p.images) as shown (url)
  )
returning i.id
