-- Records a new job. $1 bigint: its number; $2 text: load or undo; $3 jsonb: the source
-- $4 jsonb: the options; $5 bigint: size of the source, or null
-- $6 json: the header of the file, or null; $7 text: who runs it; $8 text: the version of the tool
insert into prodimport.jobs
  (id, kind, source, options, bytes_total, header, started_by, tool_version, database_role)
values ($1, $2, $3, $4, $5, $6, $7, $8, current_user)
