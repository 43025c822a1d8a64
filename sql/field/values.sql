-- The different values of a key, as JSON. $1 text: the key; $2 integer: at most so many, or null
select distinct (attributes -> $1::text)::text as value
from (
  {{field/attributes}}
) stored
where attributes ? $1
limit $2::integer
