-- load
INSERT INTO {{ params.schema }}.orders SELECT id FROM {{ params.source }} WHERE d = '{{ ds }}';
