-- Gives every address that waits a row, whoever changed the products: what waits is derived from
-- the products themselves. Another worker may do the same at this moment.
with unplanned as (
  {{image/unplanned}}
)
insert into prodimport.images (url, host)
select url, host
from unplanned
on conflict (sha256(convert_to(url, 'UTF8'))) do nothing
returning id
