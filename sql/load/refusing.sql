-- The verdicts by which the catalogue rejects a row; see load/classify.sql
('already_exists', 'not_found', 'required', 'owner_conflict')
