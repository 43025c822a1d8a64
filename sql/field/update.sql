-- Changes the definition of the field $1; for $2 and so on see field/add.sql.
update prodimport.fields
set
  label = $2,
  type = $3,
  required = $4,
  min = $5,
  max = $6,
  choices = $7,
  decimal = $8,
  aliases = $9,
  is_indexed = $10
where name = $1
