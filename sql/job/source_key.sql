-- The secret by which a URL is known again, which no job keeps.
select key from prodimport.source_key
