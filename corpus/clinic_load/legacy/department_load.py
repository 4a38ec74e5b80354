"""Nightly: how busy every department was, and who waited longest."""
import pandas as pd
from sqlalchemy import create_engine

engine = create_engine("postgresql://clinic-db/clinic")

patients = pd.read_sql("SELECT * FROM clinic.patients", engine)
visits = pd.read_sql("SELECT * FROM clinic.visits", engine)
calls = pd.read_sql("SELECT call_id, patient_id, started_on, fee FROM clinic.calls WHERE fee IS NOT NULL", engine)

# Patients who agreed to be counted; phone numbers go no further.
clean_patients = patients.loc[patients["consent"].isin(["yes", "YES", "y"])].drop(columns=["phone", "consent"])
clean_patients["full_name"] = clean_patients["full_name"].str.strip().str.lower()
clean_patients["birth_year"] = clean_patients["birth_year"].fillna(0).astype(int)

# Visits: the test departments out, an unknown department stays.
clean_visits = (visits
    .loc[~visits["department"].isin(["test", "training"])]
    .rename(columns={"visit_id": "encounter_id", "arrived_on": "seen_on"})
    .assign(channel="on site", fee=lambda d: d["fee"] - d["discount"])
    [["encounter_id", "patient_id", "department", "seen_on", "minutes_waited", "fee", "channel"]])
clean_visits["minutes_waited"] = clean_visits["minutes_waited"].fillna(0).astype(int)

# Calls: nobody waits for one.
clean_calls = (calls
    .rename(columns={"call_id": "encounter_id", "started_on": "seen_on"})
    .assign(channel="remote", department="telehealth", minutes_waited=0))

encounters = pd.concat([clean_visits, clean_calls], ignore_index=True)
patient_encounters = encounters.merge(clean_patients, on="patient_id", how="inner")

load = (patient_encounters
    .groupby(["department", "channel"], as_index=False)
    .agg(encounters=("encounter_id", "count"),
         revenue=("fee", "sum"),
         minutes_waited=("minutes_waited", "sum")))
load.to_sql("fct_department_load", engine, schema="reports", if_exists="replace", index=False)

longest = (patient_encounters
    .sort_values(["minutes_waited", "encounter_id", "full_name"], ascending=[False, True, True])
    .head(25)
    [["encounter_id", "full_name", "birth_year", "department", "minutes_waited"]])
longest.to_sql("fct_longest_waits", engine, schema="reports", if_exists="replace", index=False)
