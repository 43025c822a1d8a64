-- The images of which products may name an older key, or none. $1 text: the store
select id, attempts
from prodimport.images
where is_revised
  and store = $1::text
  and status in ('done', 'dead')
