SELECT id, name FROM raw.people
