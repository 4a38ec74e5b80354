def f(:
  x = [(1,
print 'a'
f'{x!r:{y}}'
