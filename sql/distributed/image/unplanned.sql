-- The addresses that products show without a compressed image, and that no row stands for yet; each
-- with its host, with the port. Also a part of others.
with shown as materialized (
  select distinct shown.url
  from prodimport.products p
  cross join unnest(p.images) as shown (url)
  where p.images <> '{}'
    and p.compressed_images = '{}'
)
select
  shown.url,
  lower(coalesce(substring(shown.url from '^[A-Za-z]+://(?:[^/?#]*@)?([^/?#]+)'), '')) as host
from shown
where not exists (
  select 1
  from prodimport.images i
  where i.url = shown.url
)
