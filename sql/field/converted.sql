-- The attributes once the value of $1 stands under the name $2; a part of what converts.
case when c.new = 'null' then {{attributes}} - $1::text
  else ({{attributes}} - $1) || jsonb_build_object($2::text, c.new) end
