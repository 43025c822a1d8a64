-- The whole of a rejected row as it stood in the file, for reports that people mend rows by. Kept as
-- text that nobody looks into (json, not jsonb), in the order of the header.

alter table prodimport.rejects add column cells json;
alter table prodimport.jobs add column header json;
