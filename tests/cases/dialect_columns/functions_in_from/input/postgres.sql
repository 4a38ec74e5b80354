CREATE TABLE words AS SELECT d.id, w.word, w.nr FROM docs d, regexp_split_to_table(d.body, ' ') WITH ORDINALITY AS w(word, nr);
CREATE TABLE largest AS SELECT id, (SELECT max(v) FROM unnest(d.numbers) v) AS most FROM docs d;
