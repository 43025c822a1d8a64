-- Takes the index of a field away, and makes it again where one is wanted, as the owner of the schema.
-- $1 text: the field's name; $2 boolean: whether it is wanted
select prodimport.index_field($1::text, $2::boolean)
