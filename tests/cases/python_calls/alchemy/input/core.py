from sqlalchemy import create_engine, Table, Column, Integer, MetaData, select, insert, delete
from sqlalchemy.orm import declarative_base, Session
import sqlalchemy as sa
import pandas as pd
engine = create_engine("postgresql://db/x")
meta = MetaData()
users = Table("users", meta, Column("id", Integer), Column("name", Integer), schema="raw")
orders = sa.Table("orders", meta, Column("id", Integer))
Base = declarative_base()
class Item(Base):
    __tablename__ = "items"
    __table_args__ = {"schema": "shop"}
    id = Column(Integer, primary_key=True)
    price = Column(Integer)
with engine.begin() as conn:
    stmt = select(users.c.id, orders.c.id).join(orders, users.c.id == orders.c.user_id).where(users.c.name == "x")
    rows = conn.execute(stmt).fetchall()
    conn.execute(insert(orders), [{"id": 1}])
    conn.execute(orders.insert().values(id=3))
    conn.execute(users.update().where(users.c.id == 4).values(name=1))
    conn.execute(delete(users).where(users.c.id == 4))
    conn.execute(sa.select(Item).where(Item.price > 3))
    df = pd.read_sql(select(Item.id), conn)
with Session(engine) as session:
    session.query(Item.id).filter(Item.price > 2).all()
    session.query(Item).filter_by(id=3).delete()
cur = engine.raw_connection().cursor()
cur.callproc("etl.load_all", [1])
cur.copy_from(f, "raw.clicks")
PostgresHook("wh").insert_rows(table="mart.x", rows=rows)
