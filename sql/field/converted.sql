-- The attributes once the value of $1 stands under the name $2; a part of what converts. Of immutable
-- functions alone, or Citus would not hand it to the nodes.
case when c.new = 'null' then {{attributes}} - $1::text
  else jsonb_set({{attributes}} - $1, array[$2::text], c.new) end
