-- Gives every address that a store lacks a row, whoever changed the products: what waits is derived
-- from the products themselves. Another worker may do the same at this moment. $1 text: the store
with unplanned as (
  {{image/unplanned}}
)
insert into prodimport.images (store, url, url_hash, host, is_revised)
select $1, url, sha256(convert_to(url, 'UTF8')), host, is_named
from unplanned
-- In one order, so that two workers never wait for each other.
order by url
on conflict (store, url_hash) do nothing
returning id
