# Writes OUT: a C file that holds every rule file of DIR as bytes, in name order, so that the binary
# needs no files beside it. Run as: cmake -DDIR=rules -DOUT=rules_embedded.c -P embed-rules.cmake
file(GLOB rules RELATIVE "${DIR}" "${DIR}/*.yml")
list(SORT rules)

set(texts "")
set(rows "")
set(n 0)
foreach(rule IN LISTS rules)
  file(READ "${DIR}/${rule}" hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
  file(SIZE "${DIR}/${rule}" size)
  string(APPEND texts "static const char text_${n}[] = {${bytes}'\\0'};\n")
  string(APPEND rows "    {\"rules/${rule}\", text_${n}, ${size}},\n")
  math(EXPR n "${n} + 1")
endforeach()
if(n EQUAL 0)
  set(rows "    {0, 0, 0},\n")
endif()

file(WRITE "${OUT}.new" "/* Generated from rules/ by scripts/embed-rules.cmake. */
#include \"lint/embedded.h\"

${texts}
const struct embedded_rule embedded_rules[] = {
${rows}};
const size_t embedded_rules_count = ${n};
")
file(COPY_FILE "${OUT}.new" "${OUT}" ONLY_IF_DIFFERENT)
file(REMOVE "${OUT}.new")
file(TOUCH "${OUT}")
