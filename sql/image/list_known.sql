-- Which of these keys this database has a record of. $1 text: the store; $2 text[]: keys
select key
from prodimport.image_keys
where store = $1::text
  and key = any ($2::text[])
