-- Reads values of fields for a fraction of the time, as conditions and orders read them of thousands of
-- products. What is read stays the same to the letter, so that indexes stay as they are: no text makes
-- a statement fail, and one that is not of the type is absent.

-- A bounded repetition is dear, whatever the text: it is asked of long ones alone.
create or replace function prodimport.field_number(value jsonb) returns numeric
language sql immutable parallel safe as $body$
  select case jsonb_typeof(value)
    when 'number' then value::numeric
    when 'string' then case when value #>> '{}' ~ '^-?[0-9]+([.][0-9]+)?$'
      then case when length(value #>> '{}') <= 100
        or value #>> '{}' ~ '^-?[0-9]{1,100}([.][0-9]{1,100})?$'
        then (value #>> '{}')::numeric end
    end
  end
$body$;

-- What has only digits around two dashes can be cast, whatever the settings of the session, where the
-- day is one of the calendar: each month has those up to the 28th.
create or replace function prodimport.field_date(value jsonb) returns date
language plpgsql immutable strict parallel safe cost 10 as $body$
declare
  day text := value #>> '{}';
begin
  if day like '____-__-__'
    and translate(day, '0123456789', '') = '--'
    and left(day, 4) <> '0000'
    and (substr(day, 6, 2) collate "C" between '01' and '12'
      and substr(day, 9) collate "C" between '01' and '28'
      or day ~ '-(0[13-9]|1[0-2])-(29|30)$'
      or day ~ '-(0[13578]|1[02])-31$'
      or day like '%-02-29'
        and left(day, 4)::integer % 4 = 0
        and (left(day, 4)::integer % 100 <> 0 or left(day, 4)::integer % 400 = 0))
  then
    return day::date;
  end if;
  return null;
end
$body$;
