-- The images of which products may name an older key, or none.
select id, attempts
from prodimport.images
where is_revised
  and status in ('done', 'dead')
