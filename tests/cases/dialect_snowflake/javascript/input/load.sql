CREATE OR REPLACE PROCEDURE etl.load_daily(DAY VARCHAR, TARGET VARCHAR)
RETURNS VARCHAR LANGUAGE JAVASCRIPT EXECUTE AS CALLER AS
$$
// "insert into nowhere" in a comment is no statement
var log = function (text) { snowflake.execute({sqlText: `insert into etl.log (text) values (?)`, binds: [text]}); };
snowflake.execute( { sqlText: "DELETE FROM mart.daily WHERE day = '" + DAY + "'" } );
let sql = "INSERT INTO mart.daily (day, amount)\n";
sql += `SELECT day, SUM(amount) ` +
       'FROM raw.sales WHERE day = ?' + " GROUP BY day";
var stmt = snowflake.createStatement({sqlText: sql, binds: [DAY]});
stmt.execute();
const run = (text) => snowflake.createStatement({sqlText: text}).execute();
run(`CREATE OR REPLACE TABLE mart.top AS
     SELECT day, amount AS best FROM mart.daily QUALIFY ROW_NUMBER() OVER (ORDER BY amount DESC) = 1`);
run("INSERT INTO " + TARGET + " SELECT best FROM mart.top");
if (DAY == 'select all rows') { log('nothing'); }
return "done";
$$;
CREATE OR REPLACE PROCEDURE etl.quoted() RETURNS STRING LANGUAGE JAVASCRIPT AS
' snowflake.execute({sqlText: "TRUNCATE TABLE mart.tmp"}); snowflake.execute({sqlText: "INSERT INTO mart.tmp SELECT ''x'' AS a, b FROM raw.small"}); return 1; ';
CALL etl.load_daily('2024-01-31', 'mart.copy');
