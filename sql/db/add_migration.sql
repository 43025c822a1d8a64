-- Records a migration. $1 integer: its version; $2 text: its name
insert into prodimport.migrations (version, name)
values ($1, $2)
