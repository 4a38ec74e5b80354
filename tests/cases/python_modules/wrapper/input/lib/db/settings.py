RAW = "raw"
MART = "mart"
