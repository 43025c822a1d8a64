-- Makes room for the values of the next key.
truncate converted
