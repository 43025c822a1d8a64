-- Says what values become. $1 text[]: as JSON; $2 text[]: as JSON, null where one does not fit
-- $3 text[]: why it does not
insert into converted (old, new, error)
select old::jsonb, new::jsonb, error
from unnest($1::text[], $2::text[], $3::text[]) as given (old, new, error)
