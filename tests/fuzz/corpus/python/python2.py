import pandas as pd
print "starting"
df = pd.read_sql("SELECT a FROM raw.legacy", engine)
try:
    df.to_sql("old", engine)
except Exception, e:
    print e
def f(:
    x = (1, 2
