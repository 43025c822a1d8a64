-- How a job stands that did what it was to do
('completed', 'completed_with_rejects')
