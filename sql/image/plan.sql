-- Gives every address that waits a row, whoever changed the products: what waits is derived from
-- the products themselves. Another worker may do the same at this moment.
with unplanned as (
  {{image/unplanned}}
)
insert into prodimport.images (url, url_hash, host)
select url, sha256(convert_to(url, 'UTF8')), host
from unplanned
on conflict (url_hash) do nothing
returning id
