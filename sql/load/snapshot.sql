-- A product as a change keeps it before it, with all that undo and the history need; a part of others.
jsonb_build_object(
  {{load/fields}},
  'compressedImages', p.compressed_images, 'deactivatedBy', p.deactivated_by,
  'createdAt', p.created_at, 'updatedAt', p.updated_at, 'jobId', p.job_id)
