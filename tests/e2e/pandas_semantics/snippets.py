# Each part makes `result` of the frames people, orders and teams. `# review: x` says that the last step must not
# become a model, because of x.

# --- ne_keeps_nulls
result = orders[orders["status"] != "cancelled"]

# --- ne_between_columns
merged = people.merge(teams, on="team", how="left")
result = merged[merged["city_x"] != merged["city_y"]][["id", "lead"]]

# --- eq_drops_nulls
result = orders.loc[orders["status"] == "shipped", ["order_id", "amount"]]

# --- comparisons_with_nulls
result = people[(people["age"] >= 30) & (people["score"] < 3)]

# --- or_with_nulls
result = people[(people["age"] > 40) | (people["score"] > 2)]

# --- not_of_comparison
result = people[~(people["age"] > 40)]

# --- not_of_and
result = people[~((people["age"] > 20) & (people["score"] > 1))]

# --- isin_list
result = orders[orders["status"].isin(["shipped", "open"])]

# --- not_isin_list
result = orders[~orders["status"].isin(["shipped", "open"])]

# --- isin_with_null
result = people[people["team"].isin(["red", None])]

# --- isin_frame
result = orders[orders["person_id"].isin(people["id"])]

# --- not_isin_frame
result = people[~people["team"].isin(teams["team"])]

# --- between
result = people[people["age"].between(19, 45)]

# --- is_null
result = people[people["team"].isna() | people["age"].notna()][["id"]]

# --- mask_variable
old = people["age"] > 40
named = people["team"].notna()
result = people[old & named]

# --- mask_as_column
people["old"] = people["age"] > 40
people["other"] = people["team"] != "red"
result = people[["id", "old", "other"]]

# --- boolean_column
result = people[people["active"]]

# --- strip_is_more_than_spaces
people["city"] = people["city"].str.strip().str.lower()
result = people

# --- strip_one_side
result = people.assign(a=people["city"].str.lstrip(), b=people["city"].str.rstrip("o "))[["id", "a", "b"]]

# --- text_methods
result = pd.DataFrame(people[["id", "city"]])
# review: pd.DataFrame

# --- text_functions
people["up"] = people["city"].str.upper()
people["n"] = people["city"].str.len()
people["r"] = people["city"].str.replace("o", "00")
people["first"] = people["city"].str[:2]
people["rest"] = people["city"].str.slice(1, 3)
result = people[["id", "up", "n", "r", "first", "rest"]]

# --- contains
result = people[people["city"].str.contains("slo", na=False)]

# --- contains_marks
result = people[people["city"].str.contains("_100%", regex=False, na=False)]

# --- not_contains
result = orders[~orders["note"].str.contains("a", na=False)]

# --- starts_and_ends
result = orders[orders["note"].str.startswith("it'", na=False) | orders["note"].str.endswith("%", na=False)]

# --- jinja_in_text
result = orders[orders["note"] == "{{ x }}"].assign(tag="{% raw %}")

# --- concatenated_text
people["label"] = people["team"] + "/" + people["city"]
result = people[["id", "label"]]

# --- collation
result = people[people["team"] < "b"][["id", "team"]]

# --- fillna
people["team"] = people["team"].fillna("none")
people["age"] = people["age"].fillna(0)
result = people[["id", "team", "age"]]

# --- fillna_dict
result = people.fillna({"team": "none", "score": -1.5})[["id", "team", "score"]]

# --- fillna_other_column
people["city"] = people["city"].fillna(people["team"])
result = people[["id", "city"]]

# --- dropna
result = people.dropna(subset=["team", "age"])

# --- arithmetic
orders["total"] = orders["amount"] * orders["quantity"] - 1
orders["half"] = orders["quantity"] / 2
orders["neg"] = -orders["amount"]
result = orders[["order_id", "total", "half", "neg"]]

# --- precedence
orders["x"] = (orders["amount"] - (orders["quantity"] - 1)) * 2
orders["y"] = orders["amount"] / (orders["quantity"] + 2) / 4
result = orders[["order_id", "x", "y"]]

# --- division_by_zero
orders["each"] = orders["amount"].astype(float) / orders["quantity"]
result = orders[["order_id", "each"]]

# --- floor_and_modulo
people["decade"] = people["age"] // 10
people["rest"] = people["age"] % 7
result = people[["id", "decade", "rest"]]

# --- rounding
people["whole"] = people["score"].round()
people["one"] = people["score"].round(1)
people["size"] = people["score"].abs()
result = people[["id", "whole", "one", "size"]]

# --- astype_int
people = people.dropna(subset=["score"])
people["n"] = people["score"].astype(int)
result = people[["id", "n"]]

# --- astype_bool_to_int
people["grown"] = (people["age"] >= 18).astype(int)
result = people[["id", "grown"]]

# --- astype_text
people["key"] = people["id"].astype(str) + "-x"
result = people[["id", "key"]]

# --- astype_dict
result = people.astype({"id": float})[["id", "team"]]

# --- where
people["kind"] = np.where(people["age"] > 40, "old", "young")
people["kept"] = people["team"].where(people["age"] > 40, "?")
people["masked"] = people["team"].mask(people["age"] > 40, "?")
result = people[["id", "kind", "kept", "masked"]]

# --- date_parts
people["year"] = people["joined"].dt.year
people["month"] = people["joined"].dt.month
people["day"] = people["joined"].dt.day
result = people[["id", "year", "month", "day"]]

# --- copies_are_apart
clean = people.copy()
clean["team"] = clean["team"].fillna("none")
result = people[["id", "team"]].merge(clean[["id", "team"]], on="id")

# --- two_names_of_one_frame
same = people
same["team"] = same["team"].str.upper()
result = people[["id", "team"]]

# --- assign_lambda
result = people.assign(age2=lambda d: d["age"] + 1, age3=lambda d: d["age2"] * 2)[["id", "age3"]]

# --- augmented
people["age"] += 5
result = people[["id", "age"]]

# --- rename_and_drop
result = people.rename(columns={"team": "group", "id": "Id"}).drop(columns=["score", "born"])

# --- in_place
people.drop(columns=["born"], inplace=True)
people.rename(columns={"id": "person"}, inplace=True)
people.dropna(subset=["team"], inplace=True)
result = people

# --- duplicates
result = orders.drop_duplicates()

# --- duplicates_of_columns
result = people[["team", "age"]].drop_duplicates()

# --- first_of_each
result = people.dropna(subset=["team"]).sort_values(["age", "id"]).drop_duplicates(subset=["team"])

# --- last_of_each
result = people.sort_values(["age", "id"]).drop_duplicates(subset=["team"], keep="last")

# --- first_of_each_unsorted
result = people.drop_duplicates(subset=["team"])
# review: drop_duplicates

# --- top
result = people.sort_values(["age", "id"], ascending=[False, True]).head(4)

# --- top_nulls_first
result = people.sort_values(["age", "id"], na_position="first").head(3)

# --- bottom
result = people.sort_values(["score", "id"]).tail(4)

# --- sorted_by_text
result = people.sort_values(["team", "id"]).head(5)

# --- largest
result = people.nlargest(1, "score")

# --- filter_after_top
top = people.sort_values("id").head(6)
result = top[top["age"] > 20]

# --- head_unsorted
result = people.head(3)
# review: head

# --- merge_left
result = orders.merge(people, left_on="person_id", right_on="id", how="left")

# --- merge_null_keys
result = people.merge(teams, on="team", how="inner")

# --- merge_two_keys
result = people.merge(teams, on=["team", "city"], how="left")

# --- merge_right
result = people[["id", "team"]].merge(teams, on="team", how="right")

# --- merge_outer
result = people[["id", "team"]].merge(teams, on="team", how="outer")

# --- merge_outer_other_names
result = orders[["order_id", "person_id"]].merge(people[["id", "team"]], left_on="person_id", right_on="id", how="outer")

# --- merge_outer_suffixes
result = people[["id", "team", "city"]].merge(teams, on="team", how="outer", suffixes=("_p", "_t"))

# --- merge_cross
result = people[["id"]].merge(teams[["lead"]], how="cross")

# --- merge_suffixes
result = pd.merge(people, teams, on="team", suffixes=("", "_team"))

# --- merge_itself
result = people[["id", "team"]].merge(people[["id", "team"]], on="team")

# --- merge_twice
a = orders.merge(people[["id", "team"]], left_on="person_id", right_on="id", how="left")
result = a.merge(teams, on="team", how="left")

# --- merge_filtered
result = orders[orders["amount"] > 5].merge(people[people["active"]], left_on="person_id", right_on="id", how="left")

# --- groupby_drops_null_keys
result = people.groupby("team", as_index=False)["score"].sum()

# --- groupby_keeps_null_keys
result = people.groupby("team", as_index=False, dropna=False)["score"].sum()

# --- groupby_two_keys
result = people.groupby(["team", "active"], as_index=False).agg(n=("id", "count"), best=("score", "max"))

# --- groupby_everything
result = people.groupby("active", as_index=False).agg(
    rows=("age", "size"), ages=("age", "count"), mean=("age", "mean"), low=("age", "min"), high=("age", "max"),
    kinds=("team", "nunique"), total=("score", "sum"), spread=("age", "std"), middle=("age", "median"))

# --- groupby_text_extremes
result = people.dropna(subset=["team"]).groupby("active", as_index=False).agg(a=("team", "min"), b=("team", "max"))

# --- groupby_dict
result = people.groupby("team", as_index=False).agg({"age": "mean", "score": "sum"})

# --- groupby_size
result = people.groupby("team").size().reset_index(name="n")

# --- groupby_index
sums = people.groupby("team")[["age", "score"]].sum().reset_index()
result = sums[sums["age"] > 20]

# --- groupby_index_merged
sums = people.groupby("team").agg(total=("score", "sum"))
result = people[["id", "team"]].merge(sums, on="team", how="left")

# --- groupby_of_computed
people["team"] = people["team"].str.lower()
result = people.groupby("team", as_index=False)["id"].count()

# --- groupby_then_compute
g = people.groupby("team", as_index=False).agg(total=("score", "sum"), n=("id", "count"))
g["each"] = g["total"] / g["n"]
result = g[g["n"] > 1]

# --- groupby_of_groupby
a = people.groupby(["team", "active"], as_index=False)["score"].sum()
result = a.groupby("active", as_index=False)["score"].mean()

# --- groupby_boolean_sum
result = people.groupby("team", as_index=False)["active"].sum()

# --- groupby_min_count
result = people.groupby("team", as_index=False)["score"].sum(min_count=1)

# --- groupby_apply
result = people.groupby("team").apply(lambda d: d.head(1))
# review: apply

# --- concat_same
result = pd.concat([people[people["age"] > 40], people[people["age"] <= 40]], ignore_index=True)

# --- concat_different
result = pd.concat([people[["id", "team"]], teams[["team", "lead"]], orders[["order_id"]]])

# --- concat_overlap
result = pd.concat([people, people[people["active"]]]).drop_duplicates()

# --- concat_then_group
both = pd.concat([people[["team", "city"]], teams[["team", "city"]]])
result = both.groupby("team", as_index=False)["city"].count()

# --- filter_twice
a = people[people["age"] > 18]
result = a[a["team"].notna()]

# --- filter_by_older_mask
adult = people["age"] > 18
people["age"] = people["age"] + 100
result = people[adult]
# review: []

# --- chain
result = (orders
    .loc[orders["status"] != "cancelled"]
    .assign(total=lambda d: d["amount"].fillna(0) * d["quantity"].fillna(1))
    .groupby("person_id", as_index=False)
    .agg(total=("total", "sum"), orders=("order_id", "nunique"))
    .sort_values("total", ascending=False))

# --- used_twice
good = orders[orders["amount"] > 0]
a = good.groupby("person_id", as_index=False)["amount"].sum()
b = good.groupby("person_id", as_index=False)["quantity"].sum()
result = a.merge(b, on="person_id")

# --- shared_heavily
x = people[["id", "age"]]
for_merge = x.merge(x, on="id")
result = for_merge.merge(for_merge, on="id")

# --- pivot
result = people.pivot_table(index="team", values="score")
# review: pivot_table

# --- apply
people["x"] = people["age"].apply(lambda v: v)
result = people
# review: apply

# --- apply_expression
people["x"] = people["age"].apply(lambda v: v * 2 if v > 20 else 0)
people["y"] = people["score"].map(lambda v: v + 1)
result = people[["id", "x", "y"]]

# --- apply_rows
orders["x"] = orders.apply(lambda r: r["amount"] if r["quantity"] > 2 else -1, axis=1)
result = orders[["order_id", "x"]]

# --- fill_and_truncate
people["n"] = people["score"].fillna(0).astype(int)
result = people[["id", "n"]]

# --- loc_set
people.loc[people["age"] > 40, "team"] = "old"
people.loc[people["team"].isna(), "age"] = 1
result = people[["id", "team", "age"]]

# --- column_in_place
people["team"].fillna("none", inplace=True)
result = people[["id", "team"]]
# review: fillna

# --- map_dict
people["code"] = people["team"].map({"red": 1, "blue": 2})
result = people[["id", "code"]]

# --- replace_values
people["team"] = people["team"].replace({"red": "rot", "rot": "x", "blue": "blau"})
people["age"] = people["age"].replace(45, 46)
result = people[["id", "team", "age"]]

# --- clip
people["age"] = people["age"].clip(lower=0, upper=40)
people["score"] = people["score"].clip(1)
result = people[["id", "age", "score"]]

# --- select_cases
people["kind"] = np.select([people["age"] > 40, people["age"] > 20], ["old", "young"], default="?")
result = people[["id", "kind"]]

# --- null_functions
result = people[pd.isnull(people["team"]) | pd.notna(people["age"])][["id"]]

# --- time_parts
people["h"] = people["joined"].dt.hour
people["q"] = people["joined"].dt.quarter
result = people[["id", "h", "q"]]

# --- transform
people["total"] = people.groupby("team")["score"].transform("sum")
people["n"] = people.groupby(["team", "active"])["age"].transform("count")
result = people[people["id"] > 1][["id", "total", "n"]]

# --- functions
def clean(df, least):
    df = df[df["age"] > least]
    df["city"] = df["city"].str.strip()
    return df

result = clean(people.copy(), 20)[["id", "city"]]

# --- dict_of_frames
frames = {"p": people, "t": teams}
frames["p"]["team"] = frames["p"]["team"].str.upper()
frames["j"] = frames["p"][["id", "team"]]
result = frames["j"]

# --- list_of_frames
parts = []
for status in ["shipped", "open"]:
    part = orders[orders["status"] == status]
    parts.append(part)
result = pd.concat(parts, ignore_index=True)

# --- method_of_class
class Step:
    def __init__(self, frame):
        self.frame = frame

    def run(self):
        self.frame = self.frame.dropna(subset=["team"])
        return self.frame[["id", "team"]]

result = Step(people).run()


# --- apply_methods_of_values
people = people.dropna(subset=["city"])
people["x"] = people["city"].apply(lambda v: v.replace("o", "0"))
result = people[["id", "x"]]
# review: apply
