-- Keeps the definition of a field. $1 text: name; $2 text: label; $3 text: type; $4 boolean: required
-- $5, $6 text: from, to; $7 text[]: choices; $8 text: decimal mark; $9 text[]: aliases; $10 boolean:
-- has an index
insert into prodimport.fields
  (name, label, type, required, min, max, choices, decimal, aliases, is_indexed)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
