-- Forgets the definition of a field. $1 text: its name
delete from prodimport.fields
where name = $1
