COPY t FROM stdin;
1	2
\.
SELECT 1;
\copy x from y
\gset
