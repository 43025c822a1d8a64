-- What the search index has of every product that holds a text, as a tsquery; null where that is
-- nothing. Trigrams count that are there whatever stands before and after the text. What begins
-- with two letters goes on with a third one, but for letters beyond ASCII: pg_trgm shows trigrams
-- that hold one as a number (0x...).
-- $1 text: the text; $2, $3, $4, $5 text: a letter each that is not in it
select
  coalesce(
    string_agg(quote_literal(key), ' & '),
    case when lower($1) collate "C" ~ '^[a-z0-9]{2}$' then quote_literal(lower($1)) || ':* | ''0x'':*' end
  ) || ' | ''long''' as keys
from (
  select unnest({{trigrams}}.show_trgm($2 || lower($1) || $3)) as key
  intersect
  select unnest({{trigrams}}.show_trgm($4 || lower($1) || $5))
) common
