def normalise(frame):
    return frame.withColumn("note", clean(frame.note))
