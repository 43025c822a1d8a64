-- Turns the values of a key into those of a field. It is no change of the product: "5" and 5 mean the
-- same, so that updated_at stays. $1 text: the key; $2 text: the field's name
update prodimport.products p
set attributes = {{field/converted}}
from converted c
where p.attributes -> $1 = c.old
  and c.new is not null
  and ($1 <> $2 or c.new <> c.old)
  and ($1 = $2 or not p.attributes ? $2)
