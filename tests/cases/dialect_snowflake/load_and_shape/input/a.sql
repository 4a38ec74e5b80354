-- A stage is loaded, unpacked and ranked.
USE WAREHOUSE load_wh;

COPY INTO raw.events FROM @raw.landing/events FILE_FORMAT = (TYPE = JSON);

CREATE OR REPLACE TRANSIENT TABLE stg.events CLUSTER BY (day) AS
SELECT src:user.id::number AS user_id, src:amount::float AS amount, loaded AS day
FROM raw.events
QUALIFY row_number() OVER (PARTITION BY user_id ORDER BY loaded) = 1;

CREATE TASK stg.daily WAREHOUSE = load_wh SCHEDULE = '1 day' AS
INSERT INTO mart.totals (user_id, total) SELECT user_id, sum(amount) FROM stg.events GROUP BY ALL;

BEGIN
    LET n INT := 1;
    FOR r IN (SELECT user_id FROM stg.events) DO
        INSERT INTO mart.seen (user_id) SELECT user_id FROM stg.users WHERE batch = :n;
    END FOR;
END;
