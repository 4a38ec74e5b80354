"""Tasks that are commands: what psql and the like get is the task's own SQL."""
from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.providers.ssh.operators.ssh import SSHOperator

DB = "warehouse"

with DAG("shell_tasks", start_date=datetime(2024, 1, 1), schedule="@daily") as dag:
    load = BashOperator(task_id="load", bash_command="cd /srv/etl && psql -v ON_ERROR_STOP=1 -f sql/load.sql")
    clean = BashOperator(
        task_id="clean",
        bash_command=f"""
set -e
psql {DB} -c "DELETE FROM stage.orders WHERE day = '{{{{ ds }}}}'"
{{% if params.fill %}}psql {DB} <<EOF
INSERT INTO stage.orders SELECT id, day FROM raw.orders WHERE day = '{{{{ ds }}}}';
EOF
{{% endif %}}
""",
    )
    report = SSHOperator(task_id="report", ssh_conn_id="db", command="sh report.sh")
    unknown = BashOperator(task_id="unknown", bash_command="psql -f {{ params.file }}.sql")
    clean >> load
