-- Records a new job. $1 bigint: its number; $2 text: load or undo; $3 jsonb: the source
-- $4 jsonb: the options; $5 bigint: size of the source, or null
-- $6 json: the header of the file, or null
insert into prodimport.jobs (id, kind, source, options, bytes_total, header)
values ($1, $2, $3, $4, $5, $6)
