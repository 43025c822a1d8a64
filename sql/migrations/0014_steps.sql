-- What a merge does at the moment.

-- Comparing, writing, indexing or committing; null in other phases, and once the job has ended.
alter table prodimport.jobs add column step text;

-- Tells the client that a statement has come to its next step, while it goes on. As INFO, which no
-- setting of the client's keeps back, and which is not logged.
create function prodimport.note_step(step text) returns boolean
language plpgsql as $body$
begin
  raise info 'prodimport step: %', step;
  return true;
end
$body$;
