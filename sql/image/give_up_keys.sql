-- Lets no product get these keys any more: what waits for them is fetched again.
-- $1 text: the store; $2 text[]: keys
delete from prodimport.images
where store = $1::text
  and key = any ($2::text[])
