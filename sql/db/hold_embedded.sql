-- Holds off newcomers, if nobody uses the embedded server any more. $1 bigint: see db/enter_embedded
select pg_try_advisory_lock($1::bigint) as held
