-- Cancels the statement that another connection of ours runs. $1 integer: its server process
select pg_cancel_backend($1::integer)
