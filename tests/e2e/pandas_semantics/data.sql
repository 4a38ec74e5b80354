-- Nulls in every column that may have them, rows twice, keys without a partner, mixed case, every kind of white
-- space at the ends, text that patterns could trip over, negative and zero numbers, halves to round.
INSERT INTO raw.people VALUES
    (1, 'red',   '  Oslo ',            30,   1.5,   true,  '1990-01-31', '2020-01-01 10:00:00'),
    (2, 'red',   'oslo',               NULL, 2.5,   false, '1985-02-28', '2020-02-29 23:59:59'),
    (3, 'Blue',  E'\tBergen\n',        45,   NULL,  true,  NULL,         NULL),
    (4, 'blue',  NULL,                 45,   -2.5,  true,  '1978-12-31', '2019-12-31 00:00:00'),
    (5, NULL,    E'\u00a0Tromsø\u3000', 19,  0.125, false, '2001-06-15', '2021-06-15 12:30:00'),
    (6, NULL,    'BERGEN',             0,    0,     true,  '1990-01-31', NULL),
    (7, 'green', '',                   -3,   1e9,   false, NULL,         '2020-01-01 10:00:00'),
    (8, '',      'Oslo_100%',          61,   3.5,   true,  '1963-03-03', '2018-08-08 08:08:08'),
    (9, 'Red',   '   ',                NULL, NULL,  true,  '1999-09-09', '2020-05-05 05:05:05'),
    (10, 'red',  'Oslo',               30,   1.5,   true,  '1990-01-31', '2020-01-01 10:00:00');
INSERT INTO raw.orders VALUES
    (100, 1, 10.50, 2, 'shipped', 'a'), (101, 1, -4.25, 1, 'cancelled', NULL), (102, 2, NULL, 3, NULL, 'b'),
    (103, NULL, 99.99, NULL, 'shipped', 'it''s'), (104, NULL, NULL, NULL, NULL, NULL),
    (105, 77, 5.00, 0, 'Shipped', '{{ x }}'), (106, 3, 0.00, 4, '', 'c%'), (107, 3, 20.00, 4, 'cancelled', 'd'),
    (108, 4, 7.77, 9, 'shipped', ' e '), (108, 4, 7.77, 9, 'shipped', ' e '), (109, 10, 12.34, 1, 'open', 'f_g');
INSERT INTO raw.teams VALUES
    ('red', 'Ann', 'Oslo'), ('blue', 'Bo', NULL), (NULL, 'Nobody', 'Bergen'), ('grey', 'Cy', 'Oslo'),
    ('red', 'Dee', 'Moss');
