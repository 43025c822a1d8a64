-- The same for what jobs recorded, so that undo finds what it compares and brings back what fits.
-- $1, $2: see field/convert_products.sql; side: old or new
update prodimport.changes p
set {{side}} = jsonb_set(p.{{side}}, '{attributes}', {{field/converted}})
from converted c
where p.{{side}} -> 'attributes' -> $1 = c.old
  and c.new is not null
  and ($1 <> $2 or c.new <> c.old)
  and ($1 = $2 or not p.{{side}} -> 'attributes' ? $2)
