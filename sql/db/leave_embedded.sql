-- Takes back that a command uses the embedded server. $1 bigint: see db/enter_embedded
select pg_advisory_unlock_shared($1::bigint) as held
