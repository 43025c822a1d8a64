-- Forgets what was never fetched and no product shows any more.
delete from prodimport.images i
where i.status in ('waiting', 'dead')
  and i.key is null
  and not exists (
    select 1
    from prodimport.products p
    cross join unnest(p.images) as shown (url)
    where shown.url = i.url
  )
returning i.id
