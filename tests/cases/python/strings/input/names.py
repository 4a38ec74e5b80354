RAW = "raw"
columns = ", ".join(["id", "name"])
