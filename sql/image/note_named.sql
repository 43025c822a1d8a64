-- Products have got these keys. $1 text: the store; $2 text[]: keys
update prodimport.image_keys
set unnamed_since = null
where store = $1::text
  and key = any ($2::text[])
