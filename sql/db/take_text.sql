-- Takes a text, and fails where the encoding of the database lacks one of its characters.
-- $1 text: the text
select length($1::text) as characters
